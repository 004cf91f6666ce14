import { serializers, type training, xp } from 'chainer';
import { common, type Flags, readFlags, usage, type Values } from './flags.ts';

/** What a run came to: numbers by name. */
export type Figures = Readonly<Record<string, number>>;

/** A program of the menu. */
export interface Example {
  readonly name: string;
  /** What it shows, in one line. */
  readonly about: string;
  readonly flags: Flags;
  /** Runs it; null: only help was asked for. */
  run(args: readonly string[]): Promise<Figures | null>;
}

/** Declares a program: its own flags come on top of the common ones. */
export function example<F extends Flags>(
  name: string,
  about: string,
  own: F,
  main: (options: Values<F & typeof common>) => Promise<Figures>,
): Example {
  const flags = { ...own, ...common };
  return {
    name,
    about,
    flags,
    run: async (args) => {
      const options = readFlags<Flags>(flags, args) as Values<F & typeof common> | null;
      const general = options as Values<typeof common> | null;
      if (options === null || general === null) {
        process.stdout.write(`npm run example -- ${name} [OPTIONS]\n${about}\n${usage(flags)}`);
        return null;
      }
      if (general.device !== null) await xp.initDevices(general.device);
      xp.random.seed(general.seed);
      console.log(`Device: ${xp.defaultDevice().name} (${xp.deviceReason()})`);
      const figures = await main(options);
      const list = Object.entries(figures).map(([key, value]) => `${key} ${Number(value.toPrecision(4))}`);
      console.log(`${name}: ${list.join(', ')}`);
      return figures;
    },
  };
}

/** Columns of the table that a classifier prints: what LogReport notes under these names. */
export const lossAndAccuracy = [
  'epoch',
  'main/loss',
  'validation/main/loss',
  'main/accuracy',
  'validation/main/accuracy',
] as const;

/** Resumes a trainer where that was asked for, runs it, and gives what was last observed under these names. */
export async function train(
  trainer: training.Trainer,
  options: { readonly resume: string | null },
  names: readonly string[],
): Promise<Figures> {
  if (options.resume !== null) {
    await serializers.loadNpz(options.resume, trainer);
    console.log(
      `Resumed from ${options.resume}: epoch ${trainer.updater.epoch}, iteration ${trainer.updater.iteration}`,
    );
  }
  await trainer.run();
  const log = trainer.getExtension('LogReport') as training.extensions.LogReport;
  const last = log.log.at(-1) ?? {};
  return Object.fromEntries(names.map((name) => [name, Number(last[name] ?? Number.NaN)]));
}
