/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_MODEL_READER_H
#define EXPERIMENT_MODEL_READER_H

#include "experiment-yaml-section.h"

#include "ns3/workload-model-shape.h"

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Read the key "model" of a job: the name of a preset, or dimensions, perhaps changing a preset.
 *
 * @param job the section of the job
 * @param [in,out] shape the model
 */
void ReadModel(YamlSection& job, workload::ModelShape& shape);

} // namespace ns3::experiment

#endif /* EXPERIMENT_MODEL_READER_H */
