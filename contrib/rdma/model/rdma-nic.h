/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_NIC_H
#define RDMA_NIC_H

#include "rdma-atomic-memory.h"
#include "rdma-cnp-generator.h"
#include "rdma-credit-pacer.h"
#include "rdma-frame-client.h"
#include "rdma-frame-sizes.h"
#include "rdma-nic-limits.h"
#include "rdma-queue-pair.h"
#include "rdma-retransmission-timers.h"
#include "rdma-transmit-scheduler.h"
#include "rdma-verbs.h"

#include "ns3/fabric-frame-codec.h"
#include "ns3/fabric-port-owner.h"
#include "ns3/fabric-port.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * RDMA network adapter: any number of ports, any number of queue pairs, each of which uses one of
 * the ports. A server with several adapters may be one Nic with as many ports.
 *
 * A queue pair's data frames are made at the moment when their port can send them (see
 * TransmitScheduler). ACKs, NAKs and CNPs are queued at the port and go before data of the same
 * class. Arriving frames find their queue pair by its number, an index. Ordinary ns-3 packets do
 * not come here: the port hands them to the ns-3 stack.
 *
 * The stack of new queue pairs is given by the factory attributes Reliability, CongestionControl
 * and PathSelector.
 */
class Nic : public Object, public fabric::PortOwner
{
  public:
    /** Number of the first queue pair; 0 and 1 are for management (InfiniBand vol. 1, 3.5.9). */
    static constexpr uint32_t FIRST_QPN = 2;

    /** AckClass: acknowledgments travel in the class of the data they acknowledge. */
    static constexpr uint8_t CLASS_OF_DATA = 8;

    /** What all queue pairs of a NIC did since the start. */
    struct Counters
    {
        uint64_t dataSent{0};             ///< data frames, repeated ones included
        uint64_t dataBytesSent{0};        ///< their bytes, FCS included
        uint64_t payloadBytesSent{0};     ///< their message bytes
        uint64_t dataRepeated{0};         ///< data frames sent again
        uint64_t payloadBytesRepeated{0}; ///< their message bytes
        uint64_t dataReceived{0};         ///< data frames that arrived for a connected queue pair
        uint64_t duplicates{0};           ///< of these, taken before
        uint64_t outOfOrder{0};           ///< of these, ahead of one that is missing
        uint64_t marksReceived{0};        ///< of these, marked CE
        uint64_t trimmedReceived{0};      ///< of these, trimmed by a switch
        uint64_t discarded{0};            ///< frames for no connected queue pair of ours
        uint64_t acksSent{0};             ///< ACKs, without NAKs
        uint64_t acksReceived{0};         ///< ACKs, without NAKs
        uint64_t naksSent{0};             ///< NAKs, without RNR NAKs
        uint64_t naksReceived{0};         ///< NAKs for a sequence error that were understood
        uint64_t rnrNaksSent{0};          ///< RNR NAKs
        uint64_t rnrNaksReceived{0};      ///< RNR NAKs that were understood
        uint64_t cnpsSent{0};             ///< CNPs
        uint64_t cnpsReceived{0};         ///< CNPs
        uint64_t noticesReceived{0};      ///< what switches say of their queues: see Bolt
        uint64_t timeouts{0};             ///< retransmission timers that expired
        uint64_t qpErrors{0};             ///< queue pairs that failed
        uint64_t messagesSent{0};         ///< work requests completed with success
        uint64_t messagesFailed{0};       ///< work requests completed with an error
        uint64_t messagesReceived{0};     ///< messages placed
        uint64_t readsServed{0};          ///< READ requests answered, repeated ones included
        uint64_t atomicsServed{0};        ///< atomics executed
        uint64_t responsesSent{0};        ///< of the data frames sent, answers to READs and atomics
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Nic();
    ~Nic() override;

    Nic(const Nic&) = delete;
    Nic& operator=(const Nic&) = delete;

    /**
     * @param port a port with node and FabricAddress, whose owner the NIC becomes
     * @return its index
     */
    uint16_t AddPort(Ptr<fabric::Port> port);

    /** @return number of ports */
    uint16_t GetNPorts() const;

    /** Which port of a bond a queue pair uses while all are up. */
    enum BondUse : uint8_t
    {
        HASH,        ///< by a hash of the connection
        ROUND_ROBIN, ///< the next one for each queue pair that is connected
    };

    /**
     * Have ports share the address that they were given, as one: each queue pair made for one of
     * them sends by any of them, see BondUse, and takes what comes by any of them. When a port
     * fails, its queue pairs go to the others, FailoverTime later, and back when it is up again.
     * The network must lead frames to those that are up.
     *
     * @param ports two or more, of one rate, node and address
     */
    void AddBond(const std::vector<uint16_t>& ports);

    /** A queue pair is being connected: see AddBond. @param queuePair the queue pair */
    void PlaceInBond(QueuePair& queuePair)
    {
        if (!m_bonds.empty())
        {
            ChoosePort(queuePair);
        }
    }

    /** @return number of times that a queue pair changed the port */
    uint64_t GetNPortChanges() const
    {
        return m_nPortChanges;
    }

    /**
     * @param port index of a port
     * @param client who gets the frames of kind REDUCTION that arrive there, and sends by turns
     * with the queue pairs; must outlive the use of the port, null for nobody
     */
    void SetFrameClient(uint16_t port, FrameClient* client);

    /** @param index of a port @return the port */
    fabric::Port& GetPort(uint16_t index) const
    {
        return *m_ports[index].port;
    }

    /** @param port index of the port that it uses @return a new queue pair, to be connected */
    Ptr<QueuePair> CreateQueuePair(uint16_t port = 0);

    /**
     * Destroy a queue pair, in any state: what is posted completes as flushed, and its memory is
     * freed when nobody holds it any more. Its number is not used again: frames that come for it
     * later are dropped and counted. May be called by its handler.
     *
     * @param queuePair one of this NIC
     */
    void DestroyQueuePair(Ptr<QueuePair> queuePair);

    /** @return number of queue pairs that are not destroyed */
    uint32_t GetNQueuePairs() const;

    /** @param qpn number of a queue pair @return the queue pair, or null */
    Ptr<QueuePair> GetQueuePair(uint32_t qpn) const;

    /** @return the memory that atomics of others work on */
    AtomicMemory& GetAtomicMemory()
    {
        return m_atomicMemory;
    }

    /** @return what it can do at most, or null if there is no limit */
    Ptr<NicLimits> GetLimits() const
    {
        return m_limits;
    }

    /** @return the counters */
    const Counters& GetCounters() const
    {
        return m_counters;
    }

    // ---- for the queue pairs

    /** @return time without any sign of data after which a READ fails, see ResponseTimeout */
    Ticks GetResponseTimeout() const
    {
        return m_responseTimeout.GetTimeStep();
    }

    /** @param owner a connected queue pair @return the one inside it that sends its responses */
    Ptr<QueuePair> MakeResponseChannel(const QueuePair& owner);

    /** @param queuePair gets a new reliability scheme, congestion control and path selector */
    void RenewStack(QueuePair& queuePair);

    /** A READ is answered. */
    void CountRead()
    {
        ++m_counters.readsServed;
    }

    /** An atomic is executed. */
    void CountAtomic()
    {
        ++m_counters.atomicsServed;
    }

    /** @return sizes of its frames */
    const FrameSizes& GetFrameSizes() const
    {
        return m_sizes;
    }

    /** @param port index of a port @return its scheduler */
    TransmitScheduler& GetTransmitScheduler(uint16_t port) const
    {
        return *m_ports[port].scheduler;
    }

    /** @param port index of a port @return its notification point */
    CnpGenerator& GetCnpGenerator(uint16_t port) const
    {
        return *m_ports[port].cnpGenerator;
    }

    /** Make sure that a port gives credit. @param port its index */
    void MakeCreditPacer(uint16_t port);

    /** @param port index of a port that gives credit @return who does it */
    CreditPacer& GetCreditPacer(uint16_t port) const
    {
        return *m_ports[m_ports[port].first].creditPacer;
    }

    /** Something was posted by a port without link: see LinkTimeout. @param port its index */
    void WatchLink(uint16_t port);

    /** @return the timers of all queue pairs */
    RetransmissionTimers& GetTimers()
    {
        return m_timers;
    }

    /** @return class of data */
    uint8_t GetDataClass() const
    {
        return m_dataClass;
    }

    /** @return class of ACKs and NAKs, or CLASS_OF_DATA */
    uint8_t GetAckClass() const
    {
        return m_ackClass;
    }

    /** @return class of CNPs */
    uint8_t GetCnpClass() const
    {
        return m_cnpClass;
    }

    /** @return DSCP of data */
    uint8_t GetDataDscp() const
    {
        return m_dataDscp;
    }

    /** @return DSCP of ACKs and NAKs that have a class of their own */
    uint8_t GetAckDscp() const
    {
        return m_ackDscp;
    }

    /** @return DSCP of CNPs */
    uint8_t GetCnpDscp() const
    {
        return m_cnpDscp;
    }

    // ---- fabric::PortOwner
    void ReceiveFrame(fabric::Port& port, fabric::Frame* frame) override;
    void Prefetch(const fabric::Port& port, const fabric::Frame& frame) const override;
    void PrefetchDeep(const fabric::Port& port, const fabric::Frame& frame) const override;
    void PrefetchPull(const fabric::Port& port, bool deep) const override;
    bool MakesFrames() const override;
    fabric::Frame* PullFrame(fabric::Port& port, uint8_t eligible, Ticks at) override;
    bool WillPull(fabric::Port& port, uint8_t eligible, Ticks at) override;
    void LinkChanged(fabric::Port& port) override;

    /** TracedCallback signature for data frames that leave. */
    typedef void (*DataTracedCallback)(const QueuePair& queuePair, const fabric::Frame& frame);
    /** TracedCallback signature for events of one packet. */
    typedef void (*PsnTracedCallback)(const QueuePair& queuePair, uint32_t psn);
    /** TracedCallback signature for NAKs: the packet named, and the AETH syndrome. */
    typedef void (*NakTracedCallback)(const QueuePair& queuePair, uint32_t psn, uint8_t syndrome);
    /** TracedCallback signature for events of a queue pair. */
    typedef void (*QueuePairTracedCallback)(const QueuePair& queuePair);
    /** TracedCallback signature for rates (bit/s) and windows (bytes). */
    typedef void (*ChangeTracedCallback)(const QueuePair& queuePair, uint64_t before, uint64_t now);
    /** TracedCallback signature for round-trip times. */
    typedef void (*RttTracedCallback)(const QueuePair& queuePair, Time rtt);
    /** TracedCallback signature for queue pairs that fail. */
    typedef void (*ErrorTracedCallback)(const QueuePair& queuePair, CompletionStatus reason);
    /** TracedCallback signature for work requests that end. */
    typedef void (*CompletionTracedCallback)(const QueuePair& queuePair,
                                             const Completion& completion);
    /** TracedCallback signature for messages that arrive. */
    typedef void (*PlacementTracedCallback)(const QueuePair& queuePair, const Placement& placement);

  protected:
    void DoDispose() override;

  private:
    friend class QueuePair; // counts, and fires the traces

    /** A port and what belongs to it. */
    struct PortEntry
    {
        Ptr<fabric::Port> port;                       ///< the port
        std::unique_ptr<TransmitScheduler> scheduler; ///< who sends next
        Ptr<CnpGenerator> cnpGenerator;               ///< notification point
        Ptr<CreditPacer> creditPacer;                 ///< receiver credit, if it is used
        FrameClient* client{nullptr};                 ///< who else sends, or null
        bool clientsTurn{false};                      ///< the queue pairs sent last
        uint16_t first{0};                            ///< first port of its bond, or itself
        bool watched{false};                          ///< LookAtLink is to come
        Ticks downSince{0};                           ///< since when it is without link
    };

    /** Have a queue pair of a bond use the port that it should. @param queuePair connected */
    void ChoosePort(QueuePair& queuePair);
    /** Some time after a link of a bond changed: see AddBond. @param bond its index */
    void Rebalance(std::size_t bond);
    /** Look after a port without link: see LinkTimeout. @param port its index */
    void LookAtLink(uint16_t port);
    /** @return whether a port, or one that shares its address, has a link. @param port its index */
    bool IsReachable(uint16_t port) const;
    /** @return rate of those ports that share an address with one and are up, bit/s */
    uint64_t GetLiveRate(uint16_t port) const;

    /** @param factory of NicLimits; before ports are added */
    void SetLimits(ObjectFactory factory);

    /** @return whether some queue pair has something to send by a port */
    bool WillPullQueuePairs(uint16_t index, uint8_t eligible, Ticks at);
    /** PullFrame among the queue pairs. */
    fabric::Frame* PullQueuePairs(uint16_t index, uint8_t eligible, Ticks at);
    /** PullFrame of a port by which somebody else sends, too. The limits are those of queue pairs.
     */
    fabric::Frame* PullInTurn(uint16_t index, uint8_t eligible, Ticks at);

    /** @param format see FrameSizes */
    void SetWireFormat(FrameSizes::Format format);
    /** @return see FrameSizes */
    FrameSizes::Format GetWireFormat() const;
    /** @return what makes bytes of the NIC's frames */
    Ptr<fabric::FrameCodec> MakeCodec() const;
    /** @param bytes see FrameSizes */
    void SetDataOverhead(uint32_t bytes);
    /** @param bytes see FrameSizes */
    void SetAckBytes(uint32_t bytes);

    std::vector<Ptr<QueuePair>> m_queuePairs;          ///< by number, less FIRST_QPN
    Ptr<QueuePair> m_tombstone;                        ///< in the place of those that are destroyed
    uint32_t m_nDestroyed{0};                          ///< how many these are
    std::vector<PortEntry> m_ports;                    ///< by index
    std::vector<std::vector<uint16_t>> m_bonds;        ///< ports that share an address
    BondUse m_bondUse;                                 ///< see BondUse
    Time m_failoverTime;                               ///< see FailoverTime
    uint64_t m_nPortChanges{0};                        ///< queue pairs that changed the port
    Ptr<NicLimits> m_limits;                           ///< null without limits
    RetransmissionTimers m_timers;                     ///< of all queue pairs
    FrameSizes m_sizes;                                ///< of our frames
    uint8_t m_dataClass;                               ///< class of data
    uint8_t m_ackClass;                                ///< class of ACKs and NAKs
    uint8_t m_cnpClass;                                ///< class of CNPs
    uint8_t m_dataDscp;                                ///< DSCP of data
    uint8_t m_ackDscp;                                 ///< DSCP of ACKs and NAKs
    uint8_t m_cnpDscp;                                 ///< DSCP of CNPs
    Counters m_counters;                               ///< counters
    const fabric::FrameSignals* m_ackSignals{nullptr}; ///< of the acknowledgment being received
    AtomicMemory m_atomicMemory;                       ///< see GetAtomicMemory

    Time m_responseTimeout;                   ///< see ResponseTimeout
    Time m_linkTimeout;                       ///< see LinkTimeout
    ObjectFactory m_reliabilityFactory;       ///< stack of new queue pairs
    ObjectFactory m_congestionControlFactory; ///< stack of new queue pairs
    ObjectFactory m_pathSelectorFactory;      ///< stack of new queue pairs
    ObjectFactory m_cnpGeneratorFactory;      ///< notification point of new ports
    ObjectFactory m_creditPacerFactory;       ///< receiver credit of ports
    Ptr<fabric::FrameCodec> m_codec;          ///< bytes of frames

    TracedCallback<const QueuePair&, const fabric::Frame&> m_dataSentTrace;    ///< data leaves
    TracedCallback<const QueuePair&, uint32_t> m_retransmitTrace;              ///< leaves again
    TracedCallback<const QueuePair&, uint32_t, uint8_t> m_nakTxTrace;          ///< NAK sent
    TracedCallback<const QueuePair&, uint32_t, uint8_t> m_nakRxTrace;          ///< NAK arrived
    TracedCallback<const QueuePair&> m_cnpTxTrace;                             ///< CNP sent
    TracedCallback<const QueuePair&> m_cnpRxTrace;                             ///< CNP arrived
    TracedCallback<const QueuePair&> m_noticeRxTrace;                          ///< notice arrived
    TracedCallback<const QueuePair&> m_timeoutTrace;                           ///< timer expired
    TracedCallback<const QueuePair&, uint64_t, uint64_t> m_rateTrace;          ///< rate changed
    TracedCallback<const QueuePair&, uint64_t, uint64_t> m_windowTrace;        ///< window changed
    TracedCallback<const QueuePair&, Time> m_rttTrace;                         ///< RTT measured
    TracedCallback<const QueuePair&, CompletionStatus> m_qpErrorTrace;         ///< it failed
    TracedCallback<const QueuePair&, const Completion&> m_messageSentTrace;    ///< request ended
    TracedCallback<const QueuePair&, const Placement&> m_messageReceivedTrace; ///< message came
};

} // namespace ns3::rdma

#endif /* RDMA_NIC_H */
