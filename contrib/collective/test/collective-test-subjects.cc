/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-subjects.h"

#include <algorithm>

namespace ns3::collective::test
{

std::string
Subject::GetName() const
{
    std::string name = GetTypeName(type) + " by " + text;
    std::replace(name.begin(), name.end(), '|', ' '); // names of cases may not have it
    return name;
}

const std::vector<Subject>&
GetSubjects()
{
    static const std::vector<Subject> subjects{
        {CollectiveType::ALL_REDUCE, "RingAllReduce"},
        {CollectiveType::ALL_REDUCE, "RingAllReduce[Channels=3|ChunkSize=7]"},
        {CollectiveType::REDUCE_SCATTER, "RingReduceScatter"},
        {CollectiveType::REDUCE_SCATTER, "RingReduceScatter[Channels=3|ChunkSize=7]"},
        {CollectiveType::ALL_GATHER, "RingAllGather"},
        {CollectiveType::ALL_GATHER, "RingAllGather[Channels=3|ChunkSize=7]"},
        {CollectiveType::BROADCAST, "RingBroadcast"},
        {CollectiveType::BROADCAST, "RingBroadcast[Channels=3|ChunkSize=50]"},
        {CollectiveType::REDUCE, "RingReduce"},
        {CollectiveType::REDUCE, "RingReduce[Channels=3|ChunkSize=50]"},
        {CollectiveType::ALL_TO_ALL, "PairwiseAllToAll"},
        {CollectiveType::ALL_TO_ALL, "PairwiseAllToAll[Exchanges=4]"},
        {CollectiveType::ALL_REDUCE, "RecursiveDoublingAllReduce"},
        {CollectiveType::ALL_REDUCE, "HalvingDoublingAllReduce"},
        {CollectiveType::ALL_REDUCE, "DirectAllReduce"},
        {CollectiveType::ALL_REDUCE, "DoubleTreeAllReduce"},
        {CollectiveType::ALL_REDUCE, "DoubleTreeAllReduce[Channels=3|ChunkSize=9]"},
        {CollectiveType::ALL_REDUCE, "HierarchicalAllReduce"},
        {CollectiveType::ALL_REDUCE, "HierarchicalAllReduce[ChunkSize=3]"},
        {CollectiveType::ALL_REDUCE, "SizeSwitch[Threshold=100]"},
        {CollectiveType::ALL_REDUCE, "RingAllReduce[Protocol=ns3::collective::LlProtocol]"},
        {CollectiveType::REDUCE_SCATTER, "DirectReduceScatter"},
        {CollectiveType::REDUCE_SCATTER, "BruckReduceScatter"},
        {CollectiveType::ALL_GATHER, "DirectAllGather"},
        {CollectiveType::ALL_GATHER, "BruckAllGather"},
        {CollectiveType::ALL_TO_ALL, "BruckAllToAll"},
        {CollectiveType::ALL_TO_ALL, "RailAllToAll"},
        {CollectiveType::ALL_TO_ALL, "RailAllToAll[Exchanges=3]"},
        {CollectiveType::BARRIER, "DisseminationBarrier"},
    };
    return subjects;
}

const std::vector<Subject>&
GetLibrarySubjects()
{
    static const std::vector<Subject> subjects{
        {CollectiveType::ALL_REDUCE, "NcclLibrary"},
        {CollectiveType::ALL_GATHER, "NcclLibrary"},
        {CollectiveType::REDUCE_SCATTER, "NcclLibrary"},
        {CollectiveType::BROADCAST, "NcclLibrary"},
        {CollectiveType::REDUCE, "NcclLibrary"},
        {CollectiveType::ALL_TO_ALL, "NcclLibrary"},
        {CollectiveType::BARRIER, "NcclLibrary"},
        {CollectiveType::ALL_REDUCE, "HcclLibrary[PipelineThreshold=100]"},
        {CollectiveType::ALL_GATHER, "HcclLibrary"},
        {CollectiveType::REDUCE_SCATTER, "HcclLibrary"},
        {CollectiveType::ALL_REDUCE, "AcclLibrary"},
        {CollectiveType::ALL_TO_ALL, "TcclLibrary"},
    };
    return subjects;
}

} // namespace ns3::collective::test
