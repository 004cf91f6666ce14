import { functions as F, type links as L, type Variable, xp } from 'chainer';

/** Embeds texts of different lengths in one go, with dropout. */
export function embedAll(embed: L.EmbedID, xs: readonly xp.NdArray[], dropout = 0): Variable[] {
  let end = 0;
  const ends = xs.map((x) => {
    end += x.size;
    return end;
  });
  const e = F.dropout(embed.forward(xp.concatenate([...xs])), { ratio: dropout });
  return F.splitAxis(e, ends.slice(0, -1), 0) as Variable[];
}
