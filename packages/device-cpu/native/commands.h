// Every command by its number: the position in the table, which TypeScript learns by name when it loads the addon.
#pragma once
#include <vector>

#include "context.h"

const std::vector<CommandEntry>& commands();

// Each file adds its own.
void addMemoryCommands(std::vector<CommandEntry>&);
void addElementwiseCommands(std::vector<CommandEntry>&);
void addReduceCommands(std::vector<CommandEntry>&);
void addCopyCommands(std::vector<CommandEntry>&);
void addSoftmaxCommands(std::vector<CommandEntry>&);
void addMatmulCommands(std::vector<CommandEntry>&);
void addLinalgSolveCommands(std::vector<CommandEntry>&);
void addLinalgOrthogonalCommands(std::vector<CommandEntry>&);
void addFftCommands(std::vector<CommandEntry>&);
void addLayoutCommands(std::vector<CommandEntry>&);
void addConvolutionCommands(std::vector<CommandEntry>&);
void addPoolingCommands(std::vector<CommandEntry>&);
void addIm2colCommands(std::vector<CommandEntry>&);
void addNormalizationCommands(std::vector<CommandEntry>&);
void addGroupNormalizationCommands(std::vector<CommandEntry>&);
void addBlockedNormalizationCommands(std::vector<CommandEntry>&);
void addBlockedPoolingCommands(std::vector<CommandEntry>&);
void addLineCommands(std::vector<CommandEntry>&);
void addSortCommands(std::vector<CommandEntry>&);
void addNonzeroCommands(std::vector<CommandEntry>&);
void addIndexingCommands(std::vector<CommandEntry>&);
void addRandomCommands(std::vector<CommandEntry>&);
