/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-tcp-message-network.h"

#include "cluster-internet.h"
#include "cluster-stream-framing.h"
#include "cluster-tcp-stream.h"

#include "ns3/arp-cache.h"
#include "ns3/assert.h"
#include "ns3/fabric-address.h"
#include "ns3/fabric-port.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3::cluster
{

namespace
{

constexpr uint32_t IP_AND_TCP_BYTES = 40; // headers without options
constexpr uint32_t ETHERNET_BYTES = 18;   // header and FCS
} // namespace

/** One end of a connection, with what is known of its user. */
class TcpMessageNetwork::End : public StreamFraming::User, public TcpStream::Owner
{
  public:
    /** @param network whose end this is */
    explicit End(TcpMessageNetwork& network)
        : m_network(network)
    {
    }

    /** Be the end that sends. @param socket not connected yet @param opening what it is for */
    void Open(Ptr<Socket> socket, const StreamFraming::Opening& opening)
    {
        m_opening = opening;
        m_sends = true;
        socket->SetPriority(opening.priority);
        m_framing = m_network.m_framing.Create<StreamFraming>();
        UintegerValue segment;
        socket->GetAttribute("SegmentSize", segment);
        m_framing->Open(this, opening, static_cast<uint32_t>(segment.Get()));
        m_stream = std::make_unique<TcpStream>(*this, socket, m_framing);
    }

    /** Be the end that receives. @param socket of the connection */
    void Accept(Ptr<Socket> socket)
    {
        m_socket = socket;
        m_framing = m_network.m_framing.Create<StreamFraming>();
        m_framing->Accept(this);
        m_stream = std::make_unique<TcpStream>(*this, socket, m_framing);
    }

    /** There never will be a connection. @param reason why */
    void Refuse(const StreamFraming::Opening& opening, const std::string& reason)
    {
        m_opening = opening;
        m_failure = reason;
    }

    /** @param item a message to send */
    void Send(const StreamFraming::Item& item)
    {
        if (!m_failure.empty())
        {
            m_network.FailLater(MessageOf(item), m_failure);
            return;
        }
        m_framing->Post(item);
        m_stream->Fill();
    }

    /** @return what TCP did, all zero if there is no connection */
    TcpStream::Counters GetCounters() const
    {
        return m_stream ? m_stream->GetCounters() : TcpStream::Counters();
    }

    /** @return whether a connection has failed */
    bool HasFailed() const
    {
        return m_stream && !m_failure.empty();
    }

    void StreamOpened(const StreamFraming::Opening& opening) override
    {
        m_opening = opening;
        m_socket->SetPriority(opening.priority);
    }

    void ItemArrived(const StreamFraming::Item& item) override
    {
        m_network.NotifyReceived(MessageOf(item));
    }

    void ItemAcknowledged(const StreamFraming::Item& item) override
    {
        m_network.NotifySent(MessageOf(item));
    }

    void StreamReady() override
    {
        m_stream->Fill();
    }

    void StreamBroken(const std::string& reason) override
    {
        m_stream->Fail(reason);
    }

    void StreamFailed(TcpStream&, const std::string& reason) override
    {
        m_failure = reason;
        if (m_sends) // the other end has nothing to lose
        {
            StreamFraming::Item item;
            while (m_framing->Abandon(item))
            {
                m_network.FailLater(MessageOf(item), reason);
            }
        }
    }

  private:
    /** @return the user's view of a message */
    Message MessageOf(const StreamFraming::Item& item) const
    {
        Message message;
        message.source = m_opening.source;
        message.destination = m_opening.destination;
        message.channel = m_opening.channel;
        message.priority = m_opening.priority;
        message.bytes = item.bytes;
        message.tag = item.tag;
        return message;
    }

    TcpMessageNetwork& m_network;        ///< whose end this is
    StreamFraming::Opening m_opening;    ///< what the connection is for
    Ptr<StreamFraming> m_framing;        ///< messages in the stream
    std::unique_ptr<TcpStream> m_stream; ///< bytes
    Ptr<Socket> m_socket;                ///< receiving end: ns-3's
    std::string m_failure;               ///< why it does not work, empty if it does
    bool m_sends{false};                 ///< the end that sends
};

NS_OBJECT_ENSURE_REGISTERED(TcpMessageNetwork);

TypeId
TcpMessageNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::TcpMessageNetwork")
            .SetParent<ClusterNetwork>()
            .SetGroupName("Cluster")
            .AddConstructor<TcpMessageNetwork>()
            .AddAttribute("Framing",
                          "How messages lie in the byte stream: a ns3::cluster::StreamFraming. "
                          "Default: a plain program over TCP.",
                          ObjectFactoryValue(ObjectFactory("ns3::cluster::LengthFraming")),
                          MakeObjectFactoryAccessor(&TcpMessageNetwork::m_framing),
                          MakeObjectFactoryChecker())
            .AddAttribute("TcpPort",
                          "TCP port at which servers listen, 1 to 65535. Default: any will do.",
                          UintegerValue(5001),
                          MakeUintegerAccessor(&TcpMessageNetwork::m_tcpPort),
                          MakeUintegerChecker<uint16_t>(1));
    return tid;
}

TcpMessageNetwork::TcpMessageNetwork() = default;

TcpMessageNetwork::~TcpMessageNetwork() = default;

void
TcpMessageNetwork::DoDispose()
{
    if (GetCluster())
    {
        GetCluster()->SetHealthSource(nullptr);
    }
    m_out.clear();
    m_in.clear();
    m_outOf.clear();
    for (const auto& listener : m_listeners)
    {
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeNullCallback<void, Ptr<Socket>, const Address&>());
    }
    m_listeners.clear();
    ClusterNetwork::DoDispose();
}

void
TcpMessageNetwork::DoSetup()
{
    const Cluster& cluster = *GetCluster();
    m_outOf.resize(GetNAccelerators());
    GetCluster()->SetHealthSource(this);
    if (cluster.GetNAttachments() == 0)
    {
        return;
    }
    if (!cluster.GetNode(cluster.GetAttachment(0).server)->GetObject<Ipv4>())
    {
        InstallInternet(cluster);
    }
    UintegerValue segment;
    for (uint32_t address = 0; address < cluster.GetNAttachments(); ++address)
    {
        const auto& place = cluster.GetAttachment(address);
        const Ptr<Socket> listener = MakeSocket(place, m_tcpPort);
        listener->Listen();
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeCallback(&TcpMessageNetwork::Accepted, this));
        listener->GetAttribute("SegmentSize", segment);
        m_listeners.push_back(listener);
    }
    const auto& first = cluster.GetAttachment(0);
    const auto bytes = static_cast<uint32_t>(segment.Get());
    const uint32_t wire = bytes + IP_AND_TCP_BYTES + ETHERNET_BYTES +
                          cluster.GetPort(first.server, first.port)->GetInterframeBytes();
    m_efficiency = m_framing.Create<StreamFraming>()->GetEfficiency(bytes) * bytes / wire;
}

Ptr<Socket>
TcpMessageNetwork::MakeSocket(const TopologyGraph::Attachment& at, uint16_t tcpPort) const
{
    const auto& cluster = GetCluster();
    const Ptr<Socket> socket =
        Socket::CreateSocket(cluster->GetNode(at.server), TcpSocketFactory::GetTypeId());
    const auto address = fabric::Ipv4Of(cluster->GetAddress(at.server, at.port));
    socket->Bind(InetSocketAddress(address, tcpPort));
    socket->BindToNetDevice(cluster->GetPort(at.server, at.port));
    return socket;
}

void
TcpMessageNetwork::Accepted(Ptr<Socket> socket, const Address&)
{
    m_in.push_back(std::make_unique<End>(*this));
    m_in.back()->Accept(socket);
}

TcpMessageNetwork::End&
TcpMessageNetwork::FindEnd(const Message& message)
{
    const auto [entry, isNew] = m_outOf[message.source].emplace(
        GetConnectionKey(message), static_cast<uint32_t>(m_out.size()));
    if (isNew)
    {
        m_out.push_back(std::make_unique<End>(*this));
        Connect(*m_out.back(), message);
    }
    return *m_out[entry->second];
}

void
TcpMessageNetwork::Connect(End& end, const Message& message)
{
    const StreamFraming::Opening opening{
        message.source, message.destination, message.channel, message.priority};
    const uint32_t relay = GetRelay(message.source, message.destination, message.channel);
    const bool cabled =
        !GetEndpoint(relay).ports.empty() && !GetEndpoint(message.destination).ports.empty();
    const auto source =
        cabled ? GetAttachment(relay, message.channel) : TopologyGraph::Attachment();
    const auto destination =
        cabled ? GetAttachment(message.destination, message.channel) : TopologyGraph::Attachment();
    if (!cabled || !HasPath(source, destination))
    {
        end.Refuse(opening, "there is no path between the NICs");
        return;
    }
    Introduce(source, destination);
    Introduce(destination, source);
    const Ptr<Socket> socket = MakeSocket(source, 0);
    end.Open(socket, opening);
    const auto address =
        fabric::Ipv4Of(GetCluster()->GetAddress(destination.server, destination.port));
    if (socket->Connect(InetSocketAddress(address, m_tcpPort)) != 0)
    {
        end.Refuse(opening, "no TCP port is left");
    }
    socket->SetPriority(message.priority); // again: Connect of older ns-3 sets that of a TOS of 0
}

void
TcpMessageNetwork::Introduce(const TopologyGraph::Attachment& to,
                             const TopologyGraph::Attachment& of)
{
    const auto& cluster = GetCluster();
    const auto port = cluster->GetPort(to.server, to.port);
    const auto ipv4 = cluster->GetNode(to.server)->GetObject<Ipv4L3Protocol>();
    const auto cache =
        ipv4->GetInterface(static_cast<uint32_t>(ipv4->GetInterfaceForDevice(port)))->GetArpCache();
    const auto address = fabric::Ipv4Of(cluster->GetAddress(of.server, of.port));
    if (!cache->Lookup(address))
    {
        auto* entry = cache->Add(address);
        entry->SetMacAddress(cluster->GetPort(of.server, of.port)->GetAddress());
        entry->MarkPermanent();
    }
}

void
TcpMessageNetwork::DoSendOut(const Message& message)
{
    FindEnd(message).Send({message.bytes, message.tag});
}

uint32_t
TcpMessageNetwork::GetNConnections() const
{
    return static_cast<uint32_t>(m_out.size());
}

double
TcpMessageNetwork::GetScaleOutEfficiency() const
{
    return m_efficiency;
}

void
TcpMessageNetwork::AddHealth(ClusterHealth& health) const
{
    for (const auto* ends : {&m_out, &m_in})
    {
        for (const auto& end : *ends)
        {
            const auto counters = end->GetCounters();
            health.dataReceived += counters.dataReceived;
            health.outOfOrder += counters.outOfOrder;
            health.retransmissions += counters.retransmissions;
            health.timeouts += counters.timeouts;
            health.queuePairErrors += end->HasFailed() && ends == &m_out;
        }
    }
}

} // namespace ns3::cluster
