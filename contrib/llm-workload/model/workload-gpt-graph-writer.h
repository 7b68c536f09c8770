/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GPT_GRAPH_WRITER_H
#define WORKLOAD_GPT_GRAPH_WRITER_H

#include "workload-expert-traffic.h"
#include "workload-gpt-groups.h"
#include "workload-operation-graph.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Adds operations to the graph of a stage, and keeps what the next one has to wait for. Used by
 * GptStageBuilder and GptLayerBuilder.
 */
class GptGraphWriter
{
  public:
    using Index = OperationGraph::Index;

    /** What came before in a pass. Two passes that are done together have one each. */
    struct Thread
    {
        std::optional<Index> lastCompute; ///< last computation
        std::vector<Index> pending;       ///< communications that the next computation waits for
    };

    /** Who a message is exchanged with. */
    struct Peer
    {
        /// Kinds of peers.
        enum Kind : uint8_t
        {
            STAGE,            ///< the same place in another stage
            NEXT_CONTEXT,     ///< the next rank of the ring that shares out a sequence
            PREVIOUS_CONTEXT, ///< the rank before
            INPUT_STORAGE,    ///< where a stripe of samples comes from
            STATE_STORAGE     ///< where a stripe of a checkpoint goes to
        };

        Kind kind{STAGE};  ///< which kind
        uint32_t stage{0}; ///< of STAGE: which; of storage: which stripe

        bool operator==(const Peer& other) const
        {
            return kind == other.kind && stage == other.stage;
        }
    };

    /** Parts of an uneven exchange. */
    struct Parts
    {
        uint32_t layer{0};              ///< of which layer
        ExpertTraffic::Exchange what{}; ///< which exchange
        bool back{false};               ///< on the way back from the experts

        bool operator==(const Parts& other) const
        {
            return layer == other.layer && what == other.what && back == other.back;
        }
    };

    /** @param hasTensorGroup whether there is a tensor group */
    explicit GptGraphWriter(bool hasTensorGroup);

    /** Add a computation that waits for the communications pending. @param load its load slot */
    Index Compute(const std::string& label,
                  fabric::Ticks time,
                  uint32_t load = OperationGraph::NO_LOAD);

    /** Add a collective of the tensor group that waits for all before, unless there is none. */
    void Tensor(const char* label, collective::CollectiveType type, uint64_t bytes);

    /** Let a communication wait for all before, and the next computation for it. */
    void Communicate(Index communication);

    /** Let an operation wait for all before, but nothing for it. */
    void AfterAll(Index operation);

    /** @return what came before in the present pass */
    Thread& Now();

    /** @param thread what the next operations belong to */
    void Use(Thread& thread);

    /** @return the graph */
    OperationGraph& GetGraph();

    /** @return slot of a group */
    uint32_t SlotOf(GptGroups::Kind group);
    /** @return slot of a peer */
    uint32_t SlotOf(const Peer& peer);
    /** @return exchange slot of the parts of an exchange */
    uint32_t SlotOf(const Parts& parts);
    /** @return load slot of the experts of a layer */
    uint32_t LoadSlotOf(uint32_t layer);

    /** @return groups in use, by slot */
    const std::vector<GptGroups::Kind>& GetGroups() const;
    /** @return peers, by slot */
    const std::vector<Peer>& GetPeers() const;
    /** @return exchanges, by slot */
    const std::vector<Parts>& GetExchanges() const;
    /** @return layers, by load slot */
    const std::vector<uint32_t>& GetLoads() const;

    /** Close the graph. @return it */
    std::shared_ptr<const OperationGraph> Finish();

  private:
    std::shared_ptr<OperationGraph> m_graph; ///< what is built
    bool m_hasTensorGroup;                   ///< there is a tensor group
    Thread m_main;                           ///< what came before, one pass after the other
    Thread* m_now{&m_main};                  ///< what the next operations belong to
    std::vector<GptGroups::Kind> m_groups;   ///< by slot
    std::vector<Peer> m_peers;               ///< by slot
    std::vector<Parts> m_exchanges;          ///< by slot
    std::vector<uint32_t> m_loads;           ///< by slot
};

} // namespace ns3::workload

#endif /* WORKLOAD_GPT_GRAPH_WRITER_H */
