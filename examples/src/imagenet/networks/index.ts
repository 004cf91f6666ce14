/** Networks for pictures of a thousand classes: those of Chainer's ImageNet example, and of convnet-benchmarks. */
export { Alex, AlexNet } from './alexnet.ts';
export { GoogLeNet } from './googlenet.ts';
export { GoogLeNetBN } from './googlenet-bn.ts';
export { NIN } from './nin.ts';
export { Overfeat } from './overfeat.ts';
export { ForgetfulResNet50, ResNet50, ResNeXt50, SmallResNet } from './resnet.ts';
export { VGGA } from './vgg-a.ts';
