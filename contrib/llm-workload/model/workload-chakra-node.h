/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_CHAKRA_NODE_H
#define WORKLOAD_CHAKRA_NODE_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * A node of a Chakra execution trace (MLCommons Chakra, et_def.proto of schema 0.0.4), as far as we
 * use it, whatever the encoding.
 */
struct ChakraNode
{
    /// What a node is, with the numbers of the schema.
    enum Type : uint64_t
    {
        INVALID = 0,
        METADATA = 1,
        MEM_LOAD = 2,
        MEM_STORE = 3,
        COMP = 4,
        SEND = 5,
        RECEIVE = 6,
        COLLECTIVE = 7
    };

    uint64_t line{0};                      ///< line; in a binary file the number of its first byte
    uint32_t column{0};                    ///< column, 0 in a binary file
    uint64_t id{0};                        ///< number that dependencies name
    std::string name;                      ///< for people to read
    uint64_t type{INVALID};                ///< what it is
    std::vector<uint64_t> dependencies;    ///< control and data: nodes to wait for
    double durationMicros{0};              ///< how long it took when recorded, us
    std::string inputs;                    ///< values of its inputs: JSON, or what Python prints
    std::optional<bool> isCpu{};           ///< attribute is_cpu_op
    std::optional<uint64_t> commType{};    ///< attribute comm_type: CollectiveCommType
    std::optional<uint64_t> commSize{};    ///< attribute comm_size
    std::optional<uint64_t> commSource{};  ///< attribute comm_src
    std::optional<uint64_t> commTarget{};  ///< attribute comm_dst
    std::optional<uint64_t> commTag{};     ///< attribute comm_tag
    std::optional<uint64_t> commRoot{};    ///< attribute root or root_rank
    std::optional<uint64_t> nOperations{}; ///< attribute num_ops
    std::optional<uint64_t> tensorSize{};  ///< attribute tensor_size
    std::optional<uint64_t> stream{};      ///< attribute stream, or tid where there is none
    std::string group;                     ///< attribute pg_name
    std::optional<uint64_t> picoseconds{}; ///< our own attribute duration_ps: the exact time
    bool isDelay{false};                   ///< our own attribute weft_delay
    bool isPyTorch{false}; ///< has attributes that only the PyTorch converter writes

    /** Set what an attribute with a number says. @param key its name @param value its value */
    void SetNumber(const std::string& key, uint64_t value);

    /** Set what an attribute with a text says. @param key its name @param value its value */
    void SetText(const std::string& key, const std::string& value);
};

} // namespace ns3::workload

#endif /* WORKLOAD_CHAKRA_NODE_H */
