/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ECMP_HASH_H
#define FABRIC_ECMP_HASH_H

#include "fabric-hash-fields.h"
#include "fabric-load-balancer.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Equal-cost multi-path: a hash of header fields, mixed with the seed of the switch, picks the
 * port. All frames of a flow take the same way.
 *
 * Fields chooses what is hashed: by default source, destination and entropy (the UDP source port of
 * RoCEv2, the ports of TCP or UDP); with the destination queue pair it is E-ECMP. With the
 * attribute Weighted it is UCMP: a port gets flows in proportion to its weight.
 *
 * Switches of equal seed make equal choices, tier after tier, and use only a part of the paths
 * (hash polarisation): with n ports at each of two tiers, n of n^2 paths. By default the id of the
 * switch's node is part of the seed.
 *
 * The hash is the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014); the published hash
 * functions of switch ASICs are proprietary.
 */
class EcmpHash : public LoadBalancer
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    EcmpHash();
    ~EcmpHash() override;

    bool IsStateless() const override;

  protected:
    /** @param frame a frame @param ports live ports @return the port that the hash picks */
    uint16_t Hash(const Frame& frame, const PortGroup& ports) const
    {
        // The upper half times n, divided by 2^32: an index without a division.
        return ports.At(((m_hash(frame) >> 32) * ports.total) >> 32);
    }

  private:
    void DoSetup(Switch& owner) override;
    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;

    HashFields m_fields; ///< what is hashed
    bool m_seedByNode;   ///< whether the node id is mixed into the seed
    uint32_t m_seed;     ///< configured seed
    FieldHash m_hash;    ///< the hash
};

} // namespace ns3::fabric

#endif /* FABRIC_ECMP_HASH_H */
