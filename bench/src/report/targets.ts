/** What this project wants: at most this share of what PyTorch takes, side by side in one run. */
export const targets: Readonly<Record<string, number>> = {
  'mlp784-1000-1000-10 b100 adam': 0.75,
  'mlp4-50-50-2 b32 adam': 0.3,
  'treenn 32 leaves 100u': 0.3,
  'ptb lstm650x2 b20 bptt35': 0.35,
  'alexnet b32 fwd': 0.7,
  'alexnet b32 train': 0.72,
  'resnet50 b8 infer': 0.5,
  'resnet50 b8 train': 0.62,
  'resnet50 b8 train peak RSS': 0.75,
  'a+b 1e6': 1,
  'tanh(a)*b+a 1e6': 0.4,
  'sum axis0 1e6': 1,
  'small add 10 x1000': 0.3,
  'gemm 64': 1,
  'gemm 256': 1,
  'gemm 1024': 1,
};

/** The peer that the targets are about, by the beginning of its name. */
export const targetPeer = 'PyTorch';
