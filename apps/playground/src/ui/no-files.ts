/** Stands for what draws image files, which a page does not have: whoever asks for it is told so. */
throw new Error('[PlotReport] draws image files, and a page has none; plot the entries of LogReport instead');

export {};
