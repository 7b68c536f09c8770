/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_CPU_RELAY_H
#define COLLECTIVE_CPU_RELAY_H

#include "ns3/cluster-message-network.h"
#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * Accelerators of several vendors in one job: their libraries cannot write into each other's
 * memory, so what goes from one vendor's accelerator to another's is copied to the memory of its
 * server, sent from there, and copied from the memory of the far server to the accelerator (BCCL
 * and FlagCX do so where there is no common RDMA).
 *
 * Each accelerator has one copy engine for each direction, with CopyRate and CopyLatency, that
 * serves messages in the order in which they come; a message is copied whole before it goes on.
 * Messages without data wait for their turn, but need no copy.
 * Everything else passes at once. Between the copies it uses the NICs of the two accelerators.
 */
class CpuRelay : public cluster::MessageNetwork, private cluster::MessageHandler
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ~CpuRelay() override;

    /** @param network what moves the bytes; to be called once, before anything else */
    void SetNetwork(Ptr<cluster::MessageNetwork> network);

    /** @return what is wrong with the settings, for people to read; empty if nothing is */
    std::string Check() const;

    uint32_t GetNAccelerators() const override;
    uint32_t GetNodeId(uint32_t accelerator) const override;
    uint32_t GetDomain(uint32_t accelerator) const override;
    DataRate GetScaleOutRate(uint32_t accelerator) const override;
    DataRate GetScaleUpRate(uint32_t accelerator) const override;
    double GetScaleOutEfficiency() const override;

  protected:
    void DoDispose() override;

  private:
    void DoSend(const cluster::Message& message) override;
    void MessageSent(const cluster::Message& message) override;
    void MessageReceived(const cluster::Message& message) override;
    void MessageFailed(const cluster::Message& message, const std::string& reason) override;

    /** Setter of Vendors. */
    void SetVendors(std::string text);
    /** Getter of Vendors. */
    std::string GetVendors() const;

    /** @param domain a server @return number of its vendor */
    uint32_t GetVendor(uint32_t domain) const;

    /** @return whether a message goes from one vendor to another */
    bool IsRelayed(const cluster::Message& message) const;

    /** @param end when a copy engine is free @return time until it has copied so many bytes, too */
    Time Copy(Time& end, uint64_t bytes) const;

    /** Event: the copy to the server's memory is done. */
    void CopiedOut(cluster::Message message);
    /** Event: the copy to the accelerator is done. */
    void CopiedIn(cluster::Message message);

    Ptr<cluster::MessageNetwork> m_network; ///< what moves the bytes
    std::string m_text;                     ///< Vendors
    std::string m_error;                    ///< what is wrong with it
    std::vector<uint32_t> m_servers;        ///< number of servers of each vendor
    DataRate m_copyRate;                    ///< of a copy engine
    Time m_copyLatency;                     ///< of a copy
    std::vector<Time> m_outEnd;             ///< by accelerator: its copies to memory are done
    std::vector<Time> m_inEnd;              ///< by accelerator: its copies from memory are done
};

} // namespace ns3::collective

#endif /* COLLECTIVE_CPU_RELAY_H */
