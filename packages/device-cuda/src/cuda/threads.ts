/** What threads do together, and how they read and write several elements at once. */
export const threads: Readonly<Record<string, string>> = {
  // The first complaint of all stays: who it is, and two numbers for its message.
  x_complain: `
__device__ inline void x_complain(int* report, int site, int a, int b) {
  if (atomicCAS(report, 0, site) == 0) {
    report[1] = a;
    report[2] = b;
  }
}`,
  // Elements that one instruction reads or writes: 16 bytes at most.
  x_pack: `
template<class T, int N> struct alignas(sizeof(T) * N > 16 ? 16 : sizeof(T) * N) x_pack { T v[N]; };`,
  // A value of any type from another thread of the warp, word by word.
  x_shuffle: `
union x_words4 { unsigned w[4]; };
template<class T, class F> __device__ inline T x_shuffle(T value, F move) {
  union { T t; unsigned w[(sizeof(T) + 3) / 4]; } u;
  u.w[0] = 0;
  u.t = value;
  #pragma unroll
  for (int i = 0; i < (int)((sizeof(T) + 3) / 4); i++) u.w[i] = move(u.w[i]);
  return u.t;
}`,
  x_down: `
template<class T> __device__ inline T x_down(T value, int by) {
  return x_shuffle(value, [&](unsigned w) { return __shfl_down_sync(0xffffffffu, w, by); });
}`,
  x_xor: `
template<class T> __device__ inline T x_xor(T value, int with) {
  return x_shuffle(value, [&](unsigned w) { return __shfl_xor_sync(0xffffffffu, w, with); });
}`,
  x_up: `
template<class T> __device__ inline T x_up(T value, int by) {
  return x_shuffle(value, [&](unsigned w) { return __shfl_up_sync(0xffffffffu, w, by); });
}`,
  /*
   * Combines a value over all threads of a block of N in the order of the threads; all of them get the result. N is a multiple of 32, and
   * 1024 at most; `room` is shared memory of 32 values.
   */
  x_together: `
template<int N, class T, class F> __device__ inline T x_together(T value, T* room, F combine) {
  #pragma unroll
  for (int s = 1; s < 32; s *= 2) value = combine(value, x_down(value, s));
  if (N == 32) {
    __syncthreads();
    if (threadIdx.x == 0) room[0] = value;
    __syncthreads();
    return room[0];
  }
  __syncthreads();
  if (threadIdx.x % 32 == 0) room[threadIdx.x / 32] = value;
  __syncthreads();
  if (threadIdx.x == 0) {
    T all = room[0];
    for (int i = 1; i < N / 32; i++) all = combine(all, room[i]);
    room[0] = all;
  }
  __syncthreads();
  return room[0];
}`,
  /* Philox4x32-10 (Salmon et al., SC 2011): the block of a counter. */
  x_philox: `
struct x_four { unsigned w[4]; };
__device__ inline unsigned x_high(unsigned a, unsigned b) { return (unsigned)((unsigned long long)a * b >> 32); }
__device__ inline x_four x_philox(unsigned k0, unsigned k1, unsigned long long counter) {
  unsigned x0 = (unsigned)counter, x1 = (unsigned)(counter >> 32), x2 = 0, x3 = 0;
  #pragma unroll
  for (int round = 0; round < 10; round++) {
    const unsigned high0 = x_high(0xd2511f53u, x0), high1 = x_high(0xcd9e8d57u, x2);
    const unsigned low0 = 0xd2511f53u * x0, low1 = 0xcd9e8d57u * x2;
    x0 = high1 ^ x1 ^ k0;
    x1 = low1;
    x2 = high0 ^ x3 ^ k1;
    x3 = low0;
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  x_four f;
  f.w[0] = x0; f.w[1] = x1; f.w[2] = x2; f.w[3] = x3;
  return f;
}`,
};
