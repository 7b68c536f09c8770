/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_TCP_MESSAGE_NETWORK_H
#define CLUSTER_TCP_MESSAGE_NETWORK_H

#include "cluster-cluster-network.h"
#include "cluster-health.h"

#include "ns3/object-factory.h"
#include "ns3/socket.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Messages over ns-3's own TCP: between servers through TCP connections on the same NIC ports,
 * links and switches that RDMA uses; between accelerators of one server through its scale-up
 * domain. How messages lie in the byte stream is up to the framing: LengthFraming is a plain
 * program over TCP, IwarpFraming is iWARP.
 *
 * Each (source, destination, channel, priority) between servers is a connection of its own, from
 * the NIC ports that PacketMessageNetwork takes. It is set up, with TCP's handshake and in slow
 * start, when its first message is sent, and stays. A message is received when its last byte is
 * delivered in order, and confirmed at the source when that is acknowledged.
 *
 * The priority of the messages is that of the socket, and so the class on the wire if
 * Port::PacketClassByPriority is set. TCP itself is set up by the attributes of
 * ns3::TcpL4Protocol, ns3::TcpSocket and ns3::TcpSocketBase. MAC addresses are known from the
 * start: there is no ARP.
 *
 * When TCP gives a connection up, all its messages fail, with the reason, and so do later ones. So
 * do messages between NICs without a path.
 */
class TcpMessageNetwork : public ClusterNetwork, private HealthSource
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    TcpMessageNetwork();
    ~TcpMessageNetwork() override;

    // Inherited
    uint32_t GetNConnections() const override;
    double GetScaleOutEfficiency() const override;

  protected:
    void DoDispose() override;

  private:
    class End;

    void DoSetup() override;
    void DoSendOut(const Message& message) override;
    void AddHealth(ClusterHealth& health) const override;

    /** A connection has come in. */
    void Accepted(Ptr<Socket> socket, const Address& from);

    /** @return the end that sends a message, made if it is the first on its connection */
    End& FindEnd(const Message& message);

    /** Begin a connection. @param end our end of it @param message the first */
    void Connect(End& end, const Message& message);

    /** Tell a server the MAC address of a port. @param of the port */
    void Introduce(const TopologyGraph::Attachment& to, const TopologyGraph::Attachment& of);

    /** @return a TCP socket of a port, with address and device @param tcpPort 0 for any */
    Ptr<Socket> MakeSocket(const TopologyGraph::Attachment& at, uint16_t tcpPort) const;

    ObjectFactory m_framing;                                     ///< StreamFraming
    uint16_t m_tcpPort;                                          ///< where servers listen
    double m_efficiency{0};                                      ///< message bytes over link bytes
    std::vector<Ptr<Socket>> m_listeners;                        ///< of all ports
    std::vector<std::unique_ptr<End>> m_out;                     ///< ends that send
    std::vector<std::unique_ptr<End>> m_in;                      ///< ends that receive
    std::vector<std::unordered_map<uint64_t, uint32_t>> m_outOf; ///< by source: m_out by the rest
};

} // namespace ns3::cluster

#endif /* CLUSTER_TCP_MESSAGE_NETWORK_H */
