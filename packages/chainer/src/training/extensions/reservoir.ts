import * as random from '@chainer/xp/random';
import type { Serializer } from '../../core/serializer.ts';
import { fromJson, toJson } from './log-json.ts';

/** A random choice of at most so many of all values seen (Vitter's algorithm R): each is equally likely to be in it. */
export class Reservoir {
  values: number[] = [];
  private readonly size: number;
  private seen = 0;
  /** A stream of its own: looking at variables must not change what training draws. */
  private readonly stream = new random.RandomState(0);

  constructor(size: number) {
    this.size = size;
  }

  add(values: ArrayLike<number>): void {
    const draws =
      this.seen + values.length > this.size
        ? (this.stream.randomSample({ size: values.length, device: 'js' }).dataSync() as ArrayLike<number>)
        : null;
    for (let i = 0; i < values.length; i++) {
      this.seen++;
      if (this.values.length < this.size) this.values.push(values[i] as number);
      else {
        const at = Math.floor((draws?.[i] as number) * this.seen);
        if (at < this.size) this.values[at] = values[i] as number;
      }
    }
  }

  clear(): void {
    this.values = [];
    this.seen = 0;
  }

  serialize(serializer: Serializer): void {
    this.values = fromJson(serializer.value('values', toJson(this.values))) as number[];
    this.seen = serializer.value('seen', this.seen);
    this.stream.setState(
      JSON.parse(serializer.value('random_state', JSON.stringify(this.stream.getState()))),
    );
  }
}
