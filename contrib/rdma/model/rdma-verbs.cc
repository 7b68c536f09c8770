/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-verbs.h"

namespace ns3::rdma
{

void
CompletionHandler::ReceiveFlushed(QueuePair& queuePair, uint64_t receiveId)
{
}

std::string
ToString(CompletionStatus status)
{
    switch (status)
    {
    case CompletionStatus::SUCCESS:
        return "success";
    case CompletionStatus::RETRY_EXCEEDED:
        return "transport retry counter exceeded";
    case CompletionStatus::RNR_RETRY_EXCEEDED:
        return "receiver-not-ready retry counter exceeded";
    case CompletionStatus::REMOTE_INVALID_REQUEST:
        return "remote invalid request";
    case CompletionStatus::REMOTE_ERROR:
        return "remote operation error";
    case CompletionStatus::FLUSHED:
        return "flushed after an earlier error of the queue pair";
    }
    return "unknown";
}

} // namespace ns3::rdma
