/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_REDUCTION_GROUPS_USER_H
#define CLUSTER_REDUCTION_GROUPS_USER_H

#include "cluster-message-network.h"

#include <string>

namespace ns3::cluster
{

/** Who hears what became of messages to groups, at events of the node of their source. */
class ReductionGroupsUser
{
  public:
    virtual ~ReductionGroupsUser() = default;

    /** The result of a message to a group is here. */
    virtual void GroupCompleted(const Message& message) = 0;

    /** It never will be. @param reason for people to read */
    virtual void GroupFailed(const Message& message, const std::string& reason) = 0;
};

} // namespace ns3::cluster

#endif /* CLUSTER_REDUCTION_GROUPS_USER_H */
