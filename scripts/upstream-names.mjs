// Public names of Chainer 7.8.1, by package and family, as its documentation groups them: what docs/functions.md compares with.

const words = (text) => text.trim().split(/\s+/);

export const functions = {
  activation:
    words(`clipped_relu crelu elu hard_sigmoid leaky_relu log_softmax maxout prelu relu relu6 rrelu selu sigmoid
    softmax softplus swish tanh`),
  array:
    words(`as_strided broadcast broadcast_to cast concat copy depth2space diagonal dstack expand_dims flatten flip
    fliplr flipud get_item hstack im2col moveaxis pad pad_sequence permutate repeat reshape resize_images rollaxis scatter_add
    select_item separate space2depth spatial_transformer_grid spatial_transformer_sampler split_axis squeeze stack swapaxes tile
    transpose transpose_sequence vstack where`),
  connection:
    words(`bilinear convolution_1d convolution_2d convolution_3d convolution_nd deconvolution_1d deconvolution_2d
    deconvolution_3d deconvolution_nd deformable_convolution_2d_sampler depthwise_convolution_2d dilated_convolution_2d
    embed_id linear local_convolution_2d shift`),
  evaluation: words('accuracy binary_accuracy classification_summary f1_score precision r2_score recall'),
  loss: words(`absolute_error argmax_crf1d bernoulli_nll black_out connectionist_temporal_classification contrastive crf1d
    cross_covariance decov discriminative_margin_based_clustering_loss gaussian_kl_divergence gaussian_nll hinge huber_loss
    mean_absolute_error mean_squared_error negative_sampling sigmoid_cross_entropy softmax_cross_entropy squared_difference
    squared_error triplet`),
  math: words(`absolute add arccos arcsin arctan arctan2 arctanh argmax argmin average batch_det batch_inv
    batch_l2_norm_squared batch_matmul bias ceil cholesky clip cos cosh cumprod cumsum det digamma einsum erf erfc erfcinv erfcx
    erfinv exp expm1 fft fix floor fmod identity ifft inv lgamma linear_interpolate log log10 log1p log2 log_ndtr logsumexp
    matmul max maximum mean min minimum ndtr ndtri polygamma prod rsqrt scale sign sin sinh sparse_matmul sqrt square sum sum_to
    tan tensordot zeta`),
  noise: words('dropout gaussian gumbel_softmax simplified_dropconnect zoneout'),
  normalization:
    words(`batch_normalization batch_renormalization decorrelated_batch_normalization fixed_batch_normalization
    fixed_batch_renormalization fixed_decorrelated_batch_normalization group_normalization layer_normalization
    local_response_normalization normalize`),
  pooling:
    words(`average_pooling_1d average_pooling_2d average_pooling_3d average_pooling_nd max_pooling_1d max_pooling_2d
    max_pooling_3d max_pooling_nd roi_average_align_2d roi_average_pooling_2d roi_max_align_2d roi_max_pooling_2d roi_pooling_2d
    spatial_pyramid_pooling_2d unpooling_1d unpooling_2d unpooling_3d unpooling_nd upsampling_2d`),
  rnn: words(
    'lstm n_step_bigru n_step_bilstm n_step_birnn n_step_gru n_step_lstm n_step_rnn slstm tree_lstm',
  ),
  util: words('forget'),
};

export const links = {
  activation: words('Maxout PReLU SimplifiedDropconnect Swish'),
  connection:
    words(`Bias Bilinear Convolution1D Convolution2D Convolution3D ConvolutionND Deconvolution1D Deconvolution2D
    Deconvolution3D DeconvolutionND DeformableConvolution2D DepthwiseConvolution2D DilatedConvolution2D EmbedID Highway Inception
    InceptionBN Linear LocalConvolution2D MLPConvolution2D Parameter Scale`),
  loss: words('BinaryHierarchicalSoftmax BlackOut CRF1d NegativeSampling'),
  model: words('Classifier GoogLeNet ResNet101Layers ResNet152Layers ResNet50Layers VGG16Layers VGG19Layers'),
  normalization:
    words(`BatchNormalization BatchRenormalization DecorrelatedBatchNormalization GroupNormalization
    LayerNormalization`),
  rnn: words(`ChildSumTreeLSTM GRU LSTM NStepBiGRU NStepBiLSTM NStepBiRNNReLU NStepBiRNNTanh NStepGRU NStepLSTM NStepRNNReLU
    NStepRNNTanh NaryTreeLSTM StatefulGRU StatefulMGU StatefulPeepholeLSTM StatefulZoneoutLSTM StatelessGRU StatelessLSTM
    StatelessMGU`),
};

/** Packages without families, by the folder where they are here. */
export const packages = {
  optimizers:
    words(`AMSBound AMSGrad AdaBound AdaDelta AdaGrad Adam AdamW CorrectedMomentumSGD MSVAG MomentumSGD NesterovAG
    RMSprop RMSpropGraves SGD SMORMS3`),
  optimizerHooks: words('GradientClipping GradientHardClipping GradientLARS GradientNoise Lasso WeightDecay'),
  initializers:
    words(`Constant DownsamplingConvFilter GlorotNormal GlorotUniform HeNormal HeUniform Identity LeCunNormal
    LeCunUniform NaN Normal One Orthogonal Uniform UpsamplingDeconvFilter Zero`),
  'training/extensions':
    words(`DumpGraph Evaluator ExponentialShift FailOnNonNumber InverseShift LinearShift LogReport
    MicroAverage MultistepShift ParameterStatistics PlotReport PolynomialShift PrintReport ProgressBar StepShift
    VariableStatisticsPlot WarmupShift observe_lr observe_value snapshot snapshot_object unchain_variables`),
  'training/triggers':
    words(`BestValueTrigger EarlyStoppingTrigger IntervalTrigger ManualScheduleTrigger MaxValueTrigger
    MinValueTrigger OnceTrigger TimeTrigger`),
  'training/updaters': words('MultiprocessParallelUpdater ParallelUpdater StandardUpdater'),
  distributions:
    words(`Bernoulli Beta Categorical Cauchy Chisquare Dirichlet Distribution Exponential Gamma Geometric Gumbel Independent
    Laplace LogNormal MultivariateNormal Normal OneHotCategorical Pareto Poisson Uniform cross_entropy kl_divergence
    register_kl`),
  iterators: words('DaliIterator MultiprocessIterator MultithreadIterator SerialIterator'),
  datasets:
    words(`ConcatenatedDataset DictDataset ImageDataset LabeledImageDataset LabeledZippedImageDataset MultiZippedImageDataset
    PickleDataset PickleDatasetWriter SubDataset TextDataset TransformDataset TupleDataset ZippedImageDataset
    get_cifar10 get_cifar100 get_cross_validation_datasets get_cross_validation_datasets_random get_fashion_mnist
    get_fashion_mnist_labels get_kuzushiji_mnist get_kuzushiji_mnist_labels get_mnist get_ptb_words get_ptb_words_vocabulary
    get_svhn open_pickle_dataset open_pickle_dataset_writer split_dataset split_dataset_n split_dataset_n_random
    split_dataset_random`),
};

/** Names that have no counterpart here, and why. */
export const leftOut = {
  DaliIterator: "left out: NVIDIA's DALI is a Python library",
};
