/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-chakra-reader.h"
#include "workload-json-reader.h"
#include "workload-text-fields.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace ns3::workload
{

namespace
{

/** @return a key without underscores and in small letters: "ctrlDeps" and "ctrl_deps" are one */
std::string
Plain(const std::string& key)
{
    std::string plain;
    for (const char c : key)
    {
        if (c != '_')
        {
            plain.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
        }
    }
    return plain;
}

/** @return the number of a type of nodes or collectives given by number or name */
std::optional<uint64_t>
TakeEnumeration(const JsonValue& value, const std::vector<std::string>& names)
{
    if (const auto number = value.AsUnsigned())
    {
        return number;
    }
    const auto at = std::find(names.begin(), names.end(), value.text);
    return at == names.end() ? std::nullopt
                             : std::optional<uint64_t>(static_cast<uint64_t>(at - names.begin()));
}

/** Takes nodes out of JSON. */
class ChakraJsonReader
{
  public:
    ChakraJsonReader(std::istream& input, FindingLog& log, const ChakraNodeHandler& handler)
        : m_json(input, log),
          m_log(log),
          m_handler(handler)
    {
    }

    void Run()
    {
        if (m_json.PeekKind() == JsonValue::ARRAY)
        {
            TakeNodes();
            return;
        }
        // One object with a list of nodes, or objects one behind the other: metadata, then nodes.
        while (!m_json.HasFailed() && !m_isDone && !m_json.IsAtEnd())
        {
            TakeObject();
        }
        if (!m_any && !m_log.HasError())
        {
            m_log.Add(Finding::ERROR,
                      "error in Chakra trace",
                      0,
                      0,
                      "no nodes, expected a list 'workload_graph' or 'nodes'");
        }
    }

  private:
    void TakeNodes()
    {
        m_any = true;
        m_json.BeginArray();
        while (!m_isDone && m_json.NextElement())
        {
            JsonValue value;
            if (m_json.ReadValue(value))
            {
                TakeNode(value);
            }
        }
    }

    void TakeObject()
    {
        JsonValue object;
        object.kind = JsonValue::OBJECT;
        object.line = m_json.GetLine();
        object.column = m_json.GetColumn();
        bool hasList = false;
        std::string key;
        if (!m_json.BeginObject())
        {
            return;
        }
        while (!m_isDone && m_json.NextMember(key))
        {
            if ((key == "workload_graph" || key == "nodes") &&
                m_json.PeekKind() == JsonValue::ARRAY)
            {
                hasList = true;
                TakeNodes();
                continue;
            }
            JsonValue value;
            if (m_json.ReadValue(value))
            {
                object.members.emplace_back(key, std::move(value));
            }
        }
        const bool isNode =
            std::any_of(object.members.begin(),
                        object.members.end(),
                        [](const auto& member) { return Plain(member.first) == "id"; });
        if (!hasList && isNode && !m_json.HasFailed())
        {
            m_any = true;
            TakeNode(object);
        }
    }

    bool Fail(const JsonValue& value, const std::string& message)
    {
        m_log.Add(Finding::ERROR, "error in Chakra trace", value.line, value.column, message);
        m_isDone = m_log.IsFull();
        return false;
    }

    void TakeNode(const JsonValue& object)
    {
        ChakraNode node;
        node.line = object.line;
        node.column = object.column;
        if (object.kind != JsonValue::OBJECT)
        {
            Fail(object, "expected a node, '{'");
            return;
        }
        bool good = true;
        bool hasId = false;
        for (const auto& [key, value] : object.members)
        {
            const std::string plain = Plain(key);
            hasId = hasId || plain == "id";
            good = good && TakeMember(plain, key, value, node);
        }
        if (good && !hasId)
        {
            good = Fail(object, "a node without 'id'");
        }
        if (good && !m_isDone)
        {
            m_isDone = !m_handler(node);
        }
    }

    bool TakeMember(const std::string& plain,
                    const std::string& key,
                    const JsonValue& value,
                    ChakraNode& node)
    {
        static const std::vector<std::string> types{"INVALID_NODE",
                                                    "METADATA_NODE",
                                                    "MEM_LOAD_NODE",
                                                    "MEM_STORE_NODE",
                                                    "COMP_NODE",
                                                    "COMM_SEND_NODE",
                                                    "COMM_RECV_NODE",
                                                    "COMM_COLL_NODE"};
        if (plain == "id")
        {
            const auto id = value.AsUnsigned();
            node.id = id.value_or(0);
            return id ? true : Fail(value, "expected the number of a node");
        }
        if (plain == "name")
        {
            node.name = value.text;
        }
        else if (plain == "nodetype" || plain == "type")
        {
            const auto type = TakeEnumeration(value, types);
            node.type = type.value_or(0);
            return type ? true : Fail(value, "expected a type of nodes, 0 to 7 or its name");
        }
        else if (plain == "ctrldeps" || plain == "datadeps")
        {
            for (const auto& element : value.elements)
            {
                const auto id = element.AsUnsigned();
                if (!id)
                {
                    return Fail(element, "expected the number of a node");
                }
                node.dependencies.push_back(*id);
            }
        }
        else if (plain == "runtime" || plain == "durationmicros")
        {
            const auto duration = value.AsReal();
            node.durationMicros = duration.value_or(0);
            return duration && *duration >= 0 ? true
                                              : Fail(value, "expected microseconds, 0 or more");
        }
        else if (plain == "inputs" && value.kind == JsonValue::OBJECT)
        {
            node.inputs = value.TextOf("values");
        }
        else if (plain == "attr" || plain == "attrs")
        {
            for (const auto& attribute : value.elements)
            {
                TakeAttribute(attribute, node);
            }
        }
        else
        {
            SetAttribute(key, value, node);
        }
        return true;
    }

    static void TakeAttribute(const JsonValue& attribute, ChakraNode& node)
    {
        const std::string name = attribute.TextOf("name");
        for (const auto& [key, value] : attribute.members)
        {
            if (key != "name" && Plain(key) != "docstring")
            {
                SetAttribute(name, value, node);
            }
        }
    }

    static void SetAttribute(const std::string& key, const JsonValue& value, ChakraNode& node)
    {
        static const std::vector<std::string> collectives{"ALL_REDUCE",
                                                          "REDUCE",
                                                          "ALL_GATHER",
                                                          "GATHER",
                                                          "SCATTER",
                                                          "BROADCAST",
                                                          "ALL_TO_ALL",
                                                          "REDUCE_SCATTER",
                                                          "REDUCE_SCATTER_BLOCK",
                                                          "BARRIER"};
        if (key == "comm_type")
        {
            node.commType = TakeEnumeration(value, collectives);
        }
        else if (value.kind == JsonValue::STRING)
        {
            node.SetText(key, value.text);
        }
        else if (const auto number = value.AsUnsigned())
        {
            node.SetNumber(key, *number);
        }
    }

    JsonReader m_json;                  ///< the text
    FindingLog& m_log;                  ///< where mistakes go
    const ChakraNodeHandler& m_handler; ///< what takes the nodes
    bool m_any{false};                  ///< there were nodes
    bool m_isDone{false};               ///< no more are wanted
};

} // namespace

void
ReadChakraJson(std::istream& input, FindingLog& log, const ChakraNodeHandler& handler)
{
    ChakraJsonReader(input, log, handler).Run();
}

} // namespace ns3::workload
