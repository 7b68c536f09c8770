/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_OPERATION_GRAPH_H
#define WORKLOAD_OPERATION_GRAPH_H

#include "workload-parallelism.h"

#include "ns3/collective-types.h"
#include "ns3/fabric-time.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * What an operation does.
 */
enum class OperationKind : uint8_t
{
    COMPUTE,    ///< keep the accelerator busy for a time
    COLLECTIVE, ///< take part in a collective operation of a group
    SEND,       ///< send a message to a peer; done when the peer's network confirmed it
    RECEIVE,    ///< wait until a message from a peer has arrived
    DELAY       ///< let time pass in which the accelerator does nothing: the host's work
};

/**
 * @ingroup llm-workload
 * What a stream of an operation graph is.
 */
enum class StreamOrder : uint8_t
{
    AS_ADDED, ///< operations of a stream run one after the other in the order added (CUDA stream)
    AS_READY  ///< only dependencies order operations; of the computations of a stream one runs at
              ///< a time, the one first that was ready first (a processor; GOAL, Chakra)
};

/**
 * @ingroup llm-workload
 * When the operations of a stream are played, if not as those of an ordinary stream: in each step,
 * between its begin and its end.
 */
struct StreamTiming
{
    uint32_t every{1};  ///< in each every-th step: step s, from 0, if s + 1 is a multiple of it
    uint32_t ahead{0};  ///< they may begin when the rank begins the step so many before theirs
    uint32_t behind{0}; ///< they may end later: the rank does not begin step s + 1 + behind before
                        ///< those of step s are done

    /** @return whether the operations are played in a step @param step the step */
    bool IsPlayedIn(uint32_t step) const
    {
        return (step + 1) % every == 0;
    }
};

/**
 * @ingroup llm-workload
 * What a rank does in one step of a job: operations on streams, with dependencies.
 *
 * The operations of a stream run one after the other in the order they were added, as on a CUDA
 * stream; operations of different streams run at the same time unless a dependency orders them. A
 * collective overlaps with computation by being on another stream. (Traces that know nothing but
 * dependencies ask for StreamOrder::AS_READY instead.) All generators and importers
 * end in this graph, and the replay engine knows nothing else.
 *
 * A stream may have a timing of its own (StreamTiming): reading samples for steps to come, writing
 * a checkpoint of each tenth step while the next ones run. Its operations run one after the other
 * across steps, too. Such streams have no collectives.
 *
 * Groups and peers are named by slots: a table per rank (RankProgram) says which group or rank a
 * slot stands for, so that ranks that do the same share one graph. Stored as a structure of arrays
 * of about 45 bytes per operation: a graph of millions of operations is no problem.
 */
class OperationGraph
{
  public:
    /// Index of an operation, in the order added.
    using Index = uint32_t;

    /** With StreamOrder::AS_READY: the stream of computations that never wait for another one. */
    static constexpr uint16_t UNLIMITED = UINT16_MAX;

    /** @param order what streams are */
    explicit OperationGraph(StreamOrder order = StreamOrder::AS_ADDED);

    /** @return what streams are */
    StreamOrder GetStreamOrder() const;

    /// Load slot of a computation that takes the same time at all ranks.
    static constexpr uint32_t NO_LOAD = UINT32_MAX;

    /**
     * @param label what is computed, for people to read
     * @param stream stream it runs on
     * @param duration how long it takes, 0 or more
     * @param loadSlot what the duration is multiplied by at each rank, by slot; NO_LOAD: nothing
     * @return the operation
     */
    Index AddCompute(const std::string& label,
                     uint16_t stream,
                     fabric::Ticks duration,
                     uint32_t loadSlot = NO_LOAD);

    /**
     * @param label what time passes for, for people to read
     * @param stream stream it is on
     * @param duration how long, 0 or more
     * @param dimension what it is for, in the accounts; OTHER: the rank is idle
     * @return the operation
     */
    Index AddDelay(const std::string& label,
                   uint16_t stream,
                   fabric::Ticks duration,
                   Dimension dimension = Dimension::OTHER);

    /**
     * @param label what it is for, for people to read
     * @param stream stream it runs on
     * @param dimension what it is for, in the accounts
     * @param type which collective; not SEND or RECEIVE
     * @param groupSlot the group, by slot
     * @param bytes size of the whole tensor, as collective::Operation::bytes
     * @param detail of BROADCAST and REDUCE: the root, as place in the group; of ALL_TO_ALL_V: the
     *        sizes of the parts, by exchange slot; else 0
     * @return the operation
     */
    Index AddCollective(const std::string& label,
                        uint16_t stream,
                        Dimension dimension,
                        collective::CollectiveType type,
                        uint32_t groupSlot,
                        uint64_t bytes,
                        uint32_t detail = 0);

    /**
     * @param label what it is for, for people to read
     * @param stream stream it runs on
     * @param dimension what it is for, in the accounts
     * @param peerSlot the receiver, by slot
     * @param tag to be matched by the receiver; messages of equal peer and tag match in order
     * @param bytes size of the message
     * @return the operation
     */
    Index AddSend(const std::string& label,
                  uint16_t stream,
                  Dimension dimension,
                  uint32_t peerSlot,
                  uint32_t tag,
                  uint64_t bytes);

    /**
     * @param label what it is for, for people to read
     * @param stream stream it runs on
     * @param dimension what it is for, in the accounts
     * @param peerSlot the sender, by slot
     * @param tag tag of the message
     * @param bytes size of the message
     * @return the operation
     */
    Index AddReceive(const std::string& label,
                     uint16_t stream,
                     Dimension dimension,
                     uint32_t peerSlot,
                     uint32_t tag,
                     uint64_t bytes);

    /**
     * Let an operation wait for another one, besides the one before it on its stream.
     *
     * @param operation the one that waits
     * @param on the one it waits for; may have been added later
     */
    void AddDependency(Index operation, Index on);

    /** @param stream a stream @param timing when its operations are played; every above 0 */
    void SetTiming(uint16_t stream, const StreamTiming& timing);

    /** @return when the operations of a stream are played */
    const StreamTiming& GetTiming(uint16_t stream) const;

    /** @return streams with a timing of their own, in increasing order */
    const std::vector<uint16_t>& GetTimedStreams() const;

    /** @return whether an operation is on such a stream */
    bool IsTimed(Index operation) const;

    /** @param operation an operation @param nSteps steps @return in how many it is played */
    uint32_t GetNPlayed(Index operation, uint32_t nSteps) const;

    /**
     * Close the graph: nothing can be added any more, and the successors are known.
     *
     * @return the operations of a dependency cycle, in order, empty if there is none; a graph with
     *         a cycle never finishes
     */
    std::vector<Index> Seal();

    /** @return whether Seal was called */
    bool IsSealed() const;

    /** @return number of operations */
    Index GetN() const;

    /** @return what an operation does */
    OperationKind GetKind(Index operation) const;
    /** @return what an operation is for */
    const std::string& GetLabel(Index operation) const;
    /** @return stream of an operation */
    uint16_t GetStream(Index operation) const;
    /** @return dimension of a communication; OTHER for a computation */
    Dimension GetDimension(Index operation) const;
    /** @return duration of a computation or delay */
    fabric::Ticks GetDuration(Index operation) const;
    /** @return bytes of a communication */
    uint64_t GetBytes(Index operation) const;
    /** @return which collective */
    collective::CollectiveType GetCollective(Index operation) const;
    /** @return slot of a collective's group or of a message's peer */
    uint32_t GetSlot(Index operation) const;
    /** @return tag of a message */
    uint32_t GetTag(Index operation) const;
    /** @return load slot of a computation, or NO_LOAD */
    uint32_t GetLoadSlot(Index operation) const;
    /** @return root of a BROADCAST or REDUCE, exchange slot of an ALL_TO_ALL_V, else 0 */
    uint32_t GetDetail(Index operation) const;
    /** @return how many collectives of the same group stand before a collective */
    uint32_t GetSequence(Index operation) const;
    /** @return number of collectives of a group in the graph */
    uint32_t GetNCollectives(uint32_t groupSlot) const;

    /** @return how many operations one waits for, the one before it on its stream included; once
     *          sealed */
    uint32_t GetNPredecessors(Index operation) const;
    /** @return first of the operations that wait for one; once sealed */
    const Index* SuccessorsBegin(Index operation) const;
    /** @return end of the operations that wait for one; once sealed */
    const Index* SuccessorsEnd(Index operation) const;

    /** @return one more than the highest group slot in use */
    uint32_t GetNGroupSlots() const;
    /** @return one more than the highest peer slot in use */
    uint32_t GetNPeerSlots() const;
    /** @return one more than the highest load slot in use */
    uint32_t GetNLoadSlots() const;
    /** @return one more than the highest exchange slot in use */
    uint32_t GetNExchangeSlots() const;

  private:
    /** An edge, until the graph is sealed. */
    struct Edge
    {
        Index from; ///< the one waited for
        Index to;   ///< the one that waits
    };

    Index Add(OperationKind kind,
              const std::string& label,
              uint16_t stream,
              Dimension dimension,
              uint64_t value,
              uint32_t slot,
              uint32_t tag);
    uint16_t InternLabel(const std::string& label);
    void BuildSuccessors();
    std::vector<Index> FindCycle() const;

    StreamOrder m_order;                                   ///< what streams are
    std::vector<OperationKind> m_kinds;                    ///< by operation
    std::vector<Dimension> m_dimensions;                   ///< by operation
    std::vector<collective::CollectiveType> m_collectives; ///< by operation
    std::vector<uint16_t> m_labels;               ///< by operation: index into m_labelNames
    std::vector<uint16_t> m_streams;              ///< by operation
    std::vector<uint64_t> m_values;               ///< by operation: duration or bytes
    std::vector<uint32_t> m_slots;                ///< by operation
    std::vector<uint32_t> m_tags;                 ///< by operation: tag or sequence
    std::vector<uint32_t> m_details;              ///< by operation: as GetDetail
    std::map<std::string, uint16_t> m_labelIndex; ///< by label; until sealed
    std::vector<std::string> m_labelNames;        ///< the different labels
    std::vector<Index> m_lastOfStream;            ///< by stream: last operation + 1, or 0
    std::vector<StreamTiming> m_timings;          ///< by stream, the last ones left out
    std::vector<uint16_t> m_timedStreams;         ///< streams whose timing was set
    std::vector<Edge> m_edges;                    ///< until sealed
    std::vector<uint32_t> m_nPredecessors;        ///< by operation; once sealed
    std::vector<Index> m_firstSuccessor;          ///< by operation and one more; once sealed
    std::vector<Index> m_successors;              ///< once sealed
    std::vector<uint32_t> m_nCollectives;         ///< by group slot
    uint32_t m_nPeerSlots{0};                     ///< highest slot + 1
    uint32_t m_nLoadSlots{0};                     ///< highest slot + 1
    uint32_t m_nExchangeSlots{0};                 ///< highest slot + 1
    bool m_sealed{false};                         ///< Seal was called
};

} // namespace ns3::workload

#endif /* WORKLOAD_OPERATION_GRAPH_H */
