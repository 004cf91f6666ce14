import { overwrite } from '@chainer/xp/internal';
import { add } from '../functions/math/add.ts';
import { backward, unchainBackward } from './backward.ts';
import { putMethods } from './put-methods.ts';
import { Variable } from './variable.ts';
import type { GraphMethods } from './variable-methods.ts';

/** What variables can do in every program; every entry of the package begins with this. */
const methods: GraphMethods & ThisType<Variable> = {
  backward(options) {
    backward([this], null, options);
  },
  unchainBackward() {
    unchainBackward(this);
  },
  addgrad(other) {
    let g = other.gradVar;
    if (g === null) return;
    if (g.array.device !== this.array.device) g = new Variable(g.array.to(this.array.device));
    this.gradVar = this.gradVar === null ? g : add(this.gradVar, g);
  },
  copydata(other) {
    overwrite(this.array, other.array);
  },
  item() {
    return this.array.item();
  },
  itemSync() {
    return this.array.itemSync();
  },
  toArray() {
    return this.array.toArray();
  },
  toArraySync() {
    return this.array.toArraySync();
  },
  release() {
    this.array.release();
  },
  get storage() {
    return (this as unknown as Variable).array.storage;
  },
};

putMethods(methods);
