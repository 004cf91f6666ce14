import type { Layer, Network } from './network.ts';
import { list, product } from './network.ts';

const units = [1, 2, 3, 5, 8, 16, 17] as const;

const isMatrix = (net: Network): boolean => net.shape.length === 2 && product(net.shape) > 0;

/** Steps of a cell with shared weights: their gradients add up over the steps. */
const lstm: Layer = {
  fits: isMatrix,
  write(net) {
    const [n, inputs] = net.shape as [number, number];
    const size = net.choices.pick(units);
    const steps = net.choices.int(1, 3);
    const Wx = net.parameter('W', [4 * size, inputs], inputs);
    const Wh = net.parameter('W', [4 * size, size], size);
    const b = net.parameter('b', [4 * size]);
    const [x, c] = [net.name('x'), net.name('c')];
    net.line(`const ${x} = h;`);
    net.line(`let ${c} = input(${net.values([n, size])});`);
    net.step(`input(${net.values([n, size])})`, [n, size]);
    for (let t = 0; t < steps; t++) {
      net.line(`[${c}, h] = F.lstm(${c}, F.add(F.linear(${x}, ${Wx}, ${b}), F.linear(h, ${Wh})));`);
      net.rounding += Math.sqrt(inputs + size) + 3;
    }
  },
};

const gru: Layer = {
  fits: isMatrix,
  write(net) {
    const [n, inputs] = net.shape as [number, number];
    const size = net.choices.pick(units);
    const steps = net.choices.int(1, 3);
    const gate = () =>
      [net.parameter('W', [size, inputs], inputs), net.parameter('U', [size, size], size)] as const;
    const [r, z, candidate] = [gate(), gate(), gate()];
    const x = net.name('x');
    net.line(`const ${x} = h;`);
    net.step(`input(${net.values([n, size])})`, [n, size]);
    for (let t = 0; t < steps; t++) {
      const [rt, zt, ht] = [net.name('r'), net.name('z'), net.name('n')];
      const sum = ([W, U]: readonly [string, string], h: string) =>
        `F.add(F.linear(${x}, ${W}), F.linear(${h}, ${U}))`;
      net.line(`const ${rt} = F.sigmoid(${sum(r, 'h')});`);
      net.line(`const ${zt} = F.sigmoid(${sum(z, 'h')});`);
      net.line(`const ${ht} = F.tanh(${sum(candidate, `F.mul(${rt}, h)`)});`);
      net.step(`F.linearInterpolate(${zt}, ${ht}, h)`, [n, size], inputs + size);
    }
  },
};

/** Layers over sequences that end one after another. */
const nStep: Layer = {
  fits: isMatrix,
  write(net) {
    const [n, inputs] = net.shape as [number, number];
    const { choices } = net;
    const kind = choices.pick(['Rnn', 'Gru', 'Lstm'] as const);
    const gates = { Rnn: 1, Gru: 3, Lstm: 4 }[kind];
    const size = choices.pick([1, 2, 3, 8]);
    const shorter = choices.int(1, n);
    const weights = [
      ...Array.from({ length: gates }, () => net.parameter('W', [size, inputs], inputs)),
      ...Array.from({ length: gates }, () => net.parameter('U', [size, size], size)),
    ];
    const biases = Array.from({ length: 2 * gates }, () => net.parameter('b', [size]));
    const states = kind === 'Lstm' ? 2 : 1;
    const initial = Array.from({ length: states }, () => `input(${net.values([1, n, size])})`);
    const ys = net.name('ys');
    const xs = `[h, F.sin(F.getItem(h, '0:${shorter}'))]`;
    const activation = kind === 'Rnn' ? ", { activation: 'tanh' }" : '';
    const call = `F.nStep${kind}(1, 0, ${initial.join(', ')}, [${list(weights)}], [${list(biases)}], ${xs}${activation})`;
    net.line(`const ${ys} = ${call}.at(-1);`);
    net.step(`F.concat(${ys}, { axis: 0 })`, [n + shorter, size], inputs + size);
  },
};

export const recurrences: readonly Layer[] = [lstm, gru, nStep];
