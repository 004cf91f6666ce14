/** How much the least-squares line through equidistant values rises from one to the next. */
export function slope(values: readonly number[]): number {
  const n = values.length;
  const middle = (n - 1) / 2;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  let product = 0;
  let square = 0;
  values.forEach((v, i) => {
    product += (i - middle) * (v - mean);
    square += (i - middle) ** 2;
  });
  return product / square;
}
