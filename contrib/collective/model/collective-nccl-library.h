/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_NCCL_LIBRARY_H
#define COLLECTIVE_NCCL_LIBRARY_H

#include "collective-library.h"
#include "collective-nccl-model.h"

#include <array>

namespace ns3::collective
{

/**
 * @ingroup collective
 * Chooses as NCCL does: of rings, double trees and PAT (here Bruck's algorithm, which PAT is with
 * its rounds in the opposite order), each with LL, LL128 and Simple, what NcclModel says is
 * fastest; and as many channels as have enough to do. An all-to-all is what nccl-tests make of it:
 * exchanges with all peers, so many of them at once, with LL if the parts are small; with Pxn what
 * is for other servers goes through the rank on the rail of its destination (RailAllToAll).
 *
 * The attribute Protocol, if set, is the only protocol, as with NCCL_PROTO.
 */
class NcclLibrary : public Library
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  protected:
    void DoDispose() override;

  private:
    Choice DoChoose(const Communicator& communicator, const Operation& operation) const override;

    Choice DoChooseOtherwise(const Communicator& communicator,
                             const Operation& operation) const override;

    /** @param bySwitches whether they may do it @return the choice for another collective */
    Choice ChooseBest(const Communicator& communicator,
                      const Operation& operation,
                      bool bySwitches) const;

    /** @return the choice for an exchange of parts */
    Choice ChooseExchange(const Communicator& communicator, const Operation& operation) const;

    /** @return whether a protocol is not excluded by the attribute Protocol */
    bool IsCandidate(NcclModel::NcclProtocol protocol) const;

    /** @return name of the class that does what the model calls so */
    static std::string GetName(CollectiveType type, NcclModel::NcclAlgorithm algorithm);

    /** Setter of an attribute. */
    template <NcclModel::NcclProtocol PROTOCOL>
    void SetProtocol(Ptr<Protocol> protocol);

    /** Getter of an attribute. */
    template <NcclModel::NcclProtocol PROTOCOL>
    Ptr<Protocol> GetProtocol() const;

    std::array<Ptr<Protocol>, 3> m_protocols; ///< by NcclModel::NcclProtocol
    uint32_t m_channelsPerRing;               ///< channels that use the same ring
    uint32_t m_exchanges;                     ///< of an all-to-all, at once
    bool m_pxn;                               ///< all-to-alls keep to rails
    bool m_nvls;                              ///< the switch of a server may reduce and copy
    bool m_collNet;                           ///< the switches between servers may reduce
    uint64_t m_exchangeLlThreshold;           ///< largest part that goes by LL
    NcclModel::Generation m_generation;       ///< of the accelerators
};

} // namespace ns3::collective

#endif /* COLLECTIVE_NCCL_LIBRARY_H */
