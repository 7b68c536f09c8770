/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_FRAME_H
#define FABRIC_FRAME_H

#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <array>
#include <cstdint>

namespace ns3::fabric
{

class FramePool;
struct FrameSignals;

/**
 * @ingroup fabric
 * Address of one attachment (a NIC port) to the fabric: a dense index, from which its MAC and IPv4
 * address follow (see fabric-address.h). Dense, so that everything looked up by address is a
 * vector.
 */
using FabricAddress = uint32_t;

/** The address that every attachment accepts (Ethernet broadcast). */
constexpr FabricAddress BROADCAST_ADDRESS = UINT32_MAX;

/**
 * The first of the addresses that are multicast groups: group g is this and g. Above all
 * attachments, below BROADCAST_ADDRESS.
 */
constexpr FabricAddress FIRST_MULTICAST_ADDRESS = 0xf0000000;

/** @param address an address @return whether switches replicate frames to it */
constexpr bool
IsGroupAddress(FabricAddress address)
{
    return address >= FIRST_MULTICAST_ADDRESS;
}

/** Number of priority classes of an Ethernet link (IEEE 802.1Q PCP values). */
constexpr uint8_t N_CLASSES = 8;

/** What a frame carries; decides who encodes it (see FrameCodec) and who consumes it. */
enum class FrameKind : uint8_t
{
    ROCE,      ///< RoCEv2: Ethernet, IPv4, UDP, InfiniBand transport
    PACKET,    ///< an ordinary ns3::Packet behind an Ethernet header
    FABRIC,    ///< between leaf switches: cells, credits and the like; no host sees it
    REDUCTION, ///< of a reduction in the network: see ReductionFields
    PFC,       ///< IEEE 802.1Qbb priority-based flow control; never forwarded
    CREDIT,    ///< limits of credit-based flow control; never forwarded
};

/**
 * BTH opcode of what a switch tells the source of a frame (see BoltStamper): the first of those
 * that InfiniBand leaves to manufacturers.
 */
constexpr uint8_t NOTICE_OPCODE = 0xc0;

/** ECN field of the IP header (RFC 3168). */
enum class Ecn : uint8_t
{
    NOT_ECT = 0,
    ECT1 = 1,
    ECT0 = 2,
    CE = 3,
};

/**
 * @ingroup fabric
 * Transport fields of a RoCEv2 frame, decoded (InfiniBand Architecture vol. 1, chapter 9).
 */
struct RoceFields
{
    union
    {
        uint64_t remoteAddress; ///< RETH virtual address
        uint64_t sackBitmap;    ///< acknowledgments: bit i: packet sackPsn - 63 + i has come
        uint64_t original;      ///< AtomicAckETH: what stood in memory before
        uint64_t drainTime;     ///< notices of switches: time that the queue takes to drain, ns
    };

    union
    {
        int64_t echoedSentAt; ///< acknowledgments: sentAt of the frame that caused them; not on the
                              ///< wire of RoCEv2, whose NICs time packets by themselves
        uint32_t credit;      ///< Ultra Ethernet, data: credit asked for; credit frames: granted;
                              ///< in units of 256 bytes since the start
        uint64_t compare;     ///< AtomicETH: what must stand there for a swap
    };

    union
    {
        uint32_t dmaLength;  ///< RETH DMA length, bytes
        uint32_t sackPsn;    ///< acknowledgments: the packet that caused them, 24 bit
        uint32_t operandLow; ///< AtomicETH: what is added or put there, bits 31:0
        uint32_t rateMbps;   ///< notices of switches: rate of the port, Mb/s
    };

    union
    {
        uint32_t remoteKey;  ///< RETH R_Key
        uint32_t outOfOrder; ///< Ultra Ethernet, acknowledgments: packets that came early
    };

    union
    {
        uint32_t immediate;   ///< ImmDt
        uint32_t echoedHold;  ///< acknowledgments: time from the arrival of the frame that caused
                              ///< them until they were made, time steps, at most 2^32 - 1; likewise
        uint32_t operandHigh; ///< AtomicETH: likewise, bits 63:32
    };

    uint32_t destinationQp; ///< BTH destination QP, 24 bit
    uint32_t psn;           ///< BTH PSN, 24 bit
    uint32_t msn;           ///< AETH MSN, 24 bit
    uint32_t payloadBytes;  ///< bytes of the message carried by this frame; acknowledgments: of
                            ///< the selective extension
    uint16_t echoedEntropy; ///< acknowledgments: entropy of the frame that caused them; likewise
    uint8_t opcode;         ///< BTH opcode
    uint8_t syndrome;       ///< AETH syndrome
    uint8_t echoedHops;     ///< acknowledgments: switches that the frame that caused them passed
    bool ackRequest;        ///< BTH A bit
    bool becn;              ///< BTH B bit: a congestion notification
    bool solicited;         ///< BTH SE bit
    bool hasImmediate;      ///< self-contained packets: the message has immediate data
    bool again : 1;         ///< Ultra Ethernet: sent before
    bool syn : 1;           ///< Ultra Ethernet: the sender has not heard of the receiver yet
    bool response : 1;      ///< it answers a READ or atomic, or acknowledges such an answer
    bool echoedCe;          ///< acknowledgments: the frame that caused them carried CE; likewise
};

/** Fields of a PFC frame (IEEE 802.1Qbb, 802.3 Annex 31D). */
struct PfcFields
{
    std::array<uint16_t, N_CLASSES> quanta; ///< pause time per class, in 512 bit times
    uint8_t enabledClasses;                 ///< bit c: quanta[c] is meant
    bool wholeLink; ///< it is a PAUSE frame (IEEE 802.3 Annex 31B): all classes, quanta[0] is its
                    ///< time
};

struct Frame;

/**
 * @ingroup fabric
 * Fields of a frame that a leaf switch makes for another one. Its type is a matter of the class
 * that makes it.
 */
struct FabricFields
{
    Frame* carried;    ///< frame of a host that it brings along, owned by this one, or null
    uint64_t key;      ///< flow or queue that it is about
    uint64_t value;    ///< number that it tells
    uint32_t sequence; ///< place in the order of its key
    uint8_t type;      ///< what it is
};

/** What becomes of the data of a chunk of a reduction in the network. */
enum class ReductionUse : uint8_t
{
    SUM_TO_ALL,     ///< everybody contributes, everybody gets the sum
    SUM_TO_ROOT,    ///< everybody contributes, one member gets the sum
    COPY_FROM_ROOT, ///< one member contributes, everybody else gets that
};

/**
 * @ingroup fabric
 * Fields of a frame of a reduction in the network (see ReductionEngine). One frame is one chunk:
 * every member of the group sends one contribution for it, and gets one result. Who has no data to
 * give sends a contribution without payload, and who is to have no data gets a result without.
 *
 * No payload is simulated; a word stands for it: the sum, modulo 2^64, of the words of the members
 * whose data is in the frame (see ReductionWord).
 */
struct ReductionFields
{
    /** What a frame is. */
    enum Type : uint8_t
    {
        CONTRIBUTION, ///< on its way up the tree
        RESULT,       ///< on its way down
        CONTROL,      ///< acknowledges: a matter of the engine's class
    };

    uint64_t sum;           ///< stands for the payload
    uint64_t places;        ///< CONTRIBUTION, best effort: bit i: child i of `scope` is in the sum
    uint32_t tree;          ///< number of the tree
    uint32_t chunk;         ///< place in the stream of the tree
    uint32_t payloadBytes;  ///< data in the frame
    uint32_t contributions; ///< members that have sent their contribution, as far as it knows
    uint32_t root;          ///< member that `use` speaks of
    uint32_t hopSequence;   ///< reliable hops: place in the order of the hop
    uint32_t hopAck;        ///< reliable hops: sequence expected next from the other end
    uint16_t place;         ///< up: of the sender among the children of the receiver; down: of the
                            ///< receiver
    uint16_t scope;        ///< best effort: switch of the tree that `places` counts the children of
    Type type;             ///< what it is
    ReductionUse use;      ///< what becomes of the data
    bool repeated : 1;     ///< sent before
    bool unaggregated : 1; ///< best effort: goes on as it is
    bool congested : 1;    ///< some frame that is in it carried CE
    bool missing : 1;      ///< reliable hops: hopAck was expected, a later one came
};

/**
 * @ingroup fabric
 * What leaf switches tell each other in frames of hosts, in an encapsulation header (VXLAN has bits
 * to spare) whose bytes are not counted. All zero on a frame that a host sends.
 */
union OverlayFields
{
    /** CONGA (Alizadeh et al., SIGCOMM 2014, section 3.1). */
    struct
    {
        uint8_t uplink;         ///< LBTag: up-link of the source leaf
        uint8_t feedbackUplink; ///< FB_LBTag: up-link of the leaf that the frame goes to
        uint8_t congestion;     ///< CE: highest congestion of the links so far
        uint8_t feedback;       ///< FB_Metric plus 1, or 0: the frame tells nothing
    } conga;

    /** ConWeave (Song et al., SIGCOMM 2023). */
    struct
    {
        uint8_t path;  ///< up-link of the source leaf
        uint8_t epoch; ///< counts the reroutes of the flow
        uint8_t flags; ///< see ConWeave
    } conweave;
};

/** Fields of a credit frame: see CreditControl. */
struct CreditFields
{
    std::array<uint32_t, N_CLASSES> counts; ///< by lane: bytes since the link came up, modulo 2^32
    uint8_t lanes;                          ///< bit v: counts[v] is meant
    bool totals; ///< they are what the sender of the frame has sent, not what its peer may send
};

/** @param kind a kind of frame @return whether it is between MACs, and counted nowhere else */
constexpr bool
IsMacControl(FrameKind kind)
{
    return kind >= FrameKind::PFC;
}

/**
 * @ingroup fabric
 * One Ethernet frame between Weft devices, with decoded fields instead of bytes.
 *
 * Frames are pooled and passed by plain pointer: whoever holds the pointer owns the frame, and
 * hands it on or gives it back with FramePool::Release. Bytes exist only where somebody looks
 * (pcap, a sniffer trace sink, an ns-3 packet carried through): see FrameCodec.
 *
 * Two cache lines; the fields that a switch touches come first.
 */
struct alignas(64) Frame
{
    Frame* next;               ///< intrusive link of the queue or free list that holds the frame
    FramePool* pool;           ///< where the frame returns to
    uint32_t bytes;            ///< destination address to FCS, without preamble and gap
    FabricAddress destination; ///< attachment the frame is for
    FabricAddress source;      ///< attachment that sent it
    uint16_t entropy;          ///< UDP source port: what load balancers hash
    uint16_t ingressPort;      ///< index of the switch port it came in by, set by the switch
    FrameKind kind;            ///< who understands the rest
    uint8_t priority;          ///< class, 0..7
    Ecn ecn;                   ///< IP ECN field
    uint8_t hops;              ///< switches passed so far
    uint8_t dscp;              ///< IP DSCP, 6 bit
    bool trimmed : 1;          ///< a switch cut the payload off: payloadBytes were sent, none came
    bool lastHop : 1;          ///< it was the last switch of the way that did
    bool bounced : 1;          ///< the switch that holds it gave it another class: see Switch
    uint8_t bouncedFrom : 3;   ///< the class that it had before

    uint16_t protocol;     ///< PACKET: EtherType
    OverlayFields overlay; ///< between leaf switches
    int64_t sentAt;        ///< time the sender started to serialise it, time steps (echoed in ACKs)
    FrameSignals* signals; ///< what switches write into it, or null: see FramePool::AttachSignals

    union
    {
        RoceFields roce;
        PfcFields pfc;
        FabricFields fabric;
        CreditFields credit;
        ReductionFields reduction;
    };

    Ptr<Packet> packet; ///< PACKET: what is carried

    /** @return the class in which it came to the switch that holds it */
    uint8_t GetIngressClass() const
    {
        return bounced ? bouncedFrom : priority;
    }
};

static_assert(sizeof(Frame) <= 128, "a frame must fit into two cache lines");

} // namespace ns3::fabric

#endif /* FABRIC_FRAME_H */
