/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_TCCL_LIBRARY_H
#define COLLECTIVE_TCCL_LIBRARY_H

#include "collective-ring-library.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * Choices in the manner of TCCL (Tencent, "Tencent collective communication library" of the Xingmai
 * network): whatever crosses servers stays on the rail of its place. All-reduces in two dimensions,
 * all-to-alls relayed through the rank of the same rail; else rings, whose hops keep to rails. Its
 * use of both ports of a NIC at once is a matter of CollectiveEngine::Connections and of
 * PacketMessageNetwork.
 */
class TcclLibrary : public RingLibrary
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    Choice DoChoose(const Communicator& communicator, const Operation& operation) const override;
};

} // namespace ns3::collective

#endif /* COLLECTIVE_TCCL_LIBRARY_H */
