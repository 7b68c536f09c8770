/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-nccl-call.h"

#include "workload-text-fields.h"

#include <algorithm>
#include <map>

namespace ns3::workload
{

namespace
{

/** @return the numbers in a text such as "[0, 1]"; empty if it was cut off */
std::vector<uint64_t>
NumbersOf(const std::string& text)
{
    std::vector<uint64_t> numbers;
    if (text.find("...") != std::string::npos)
    {
        return numbers;
    }
    for (std::size_t at = text.find_first_of("0123456789"); at != std::string::npos;
         at = text.find_first_of("0123456789", at))
    {
        const auto end = std::min(text.find_first_not_of("0123456789", at), text.size());
        uint64_t number = 0;
        if (ParseUnsigned(text.substr(at, end - at), UINT64_MAX, number))
        {
            numbers.push_back(number);
        }
        at = end;
    }
    return numbers;
}

/** @return the numbers of a list, or of a text that holds one */
std::vector<uint64_t>
NumbersOf(const JsonValue& value)
{
    if (value.kind == JsonValue::STRING)
    {
        return NumbersOf(value.text);
    }
    std::vector<uint64_t> numbers;
    for (const auto& element : value.elements)
    {
        if (const auto number = element.AsUnsigned())
        {
            numbers.push_back(*number);
        }
    }
    return numbers;
}

/** @return bytes of an element of a type of PyTorch; 0 if it is not known */
uint64_t
BytesOfType(const std::string& type)
{
    static const std::map<std::string, uint64_t> sizes{{"Float", 4},
                                                       {"float", 4},
                                                       {"Half", 2},
                                                       {"BFloat16", 2},
                                                       {"Double", 8},
                                                       {"double", 8},
                                                       {"Int", 4},
                                                       {"int", 4},
                                                       {"Long", 8},
                                                       {"long int", 8},
                                                       {"Byte", 1},
                                                       {"Char", 1},
                                                       {"Short", 2},
                                                       {"Bool", 1},
                                                       {"Float8_e4m3fn", 1},
                                                       {"Float8_e5m2", 1},
                                                       {"c10::BFloat16", 2},
                                                       {"c10::Half", 2},
                                                       {"ComplexFloat", 8},
                                                       {"UInt8", 1},
                                                       {"Float8_e4m3fnuz", 1},
                                                       {"Float8_e5m2fnuz", 1}};
    const auto known = sizes.find(type);
    return known == sizes.end() ? 0 : known->second;
}

uint64_t
UnsignedOf(const JsonValue& object, const std::string& key)
{
    const auto* const value = object.Find(key);
    return value ? value->AsUnsigned().value_or(0) : 0;
}

std::optional<uint32_t>
RankOf(const JsonValue& object, const std::string& key)
{
    const auto* const value = object.Find(key);
    const auto number = value ? value->AsUnsigned() : std::nullopt;
    return number && *number < UINT32_MAX ? std::optional(static_cast<uint32_t>(*number))
                                          : std::nullopt;
}

/** Add the elements of tensors: [id, storage, offset, elements, bytes of an element, device], or
 *  lists of such. */
void
AddTensors(const JsonValue& value, uint64_t& elements, uint64_t& elementBytes)
{
    constexpr std::size_t nNumbers = 5;
    constexpr uint64_t few = 1ULL << 40;
    const auto& list = value.elements;
    if (list.size() >= nNumbers && list[3].AsUnsigned() && list[4].AsUnsigned())
    {
        elements += std::min(*list[3].AsUnsigned(), few);
        elementBytes = std::min<uint64_t>(*list[4].AsUnsigned(), 64);
        return;
    }
    for (const auto& element : list)
    {
        if (element.kind == JsonValue::ARRAY)
        {
            AddTensors(element, elements, elementBytes);
        }
    }
}

/** @return what a node of an execution trace calls, if it is a record of NCCL */
std::optional<NcclCall>
CallOf(const JsonValue& node)
{
    if (node.TextOf("name") != "record_param_comms")
    {
        return std::nullopt;
    }
    const auto* const inputs = node.Find("inputs");
    const auto* const outputs = node.Find("outputs");
    if (!inputs)
    {
        return std::nullopt;
    }
    const auto* const values = inputs->kind == JsonValue::OBJECT ? inputs->Find("values") : inputs;
    // [tensors, sequence, (group), rank or group, name, splits in, splits out, ...]
    const auto& list = values ? values->elements : inputs->elements;
    const auto name =
        std::find_if(list.begin(),
                     list.end(),
                     [](const JsonValue& value) { return value.kind == JsonValue::STRING; });
    if (name == list.end() || name == list.begin() || name->text == "wait")
    {
        return std::nullopt;
    }
    NcclCall call;
    call.line = node.line;
    call.column = node.column;
    call.name = name->text;
    if (list.front().kind == JsonValue::ARRAY)
    {
        AddTensors(list.front(), call.elementsIn, call.elementBytes);
    }
    const auto after = static_cast<std::size_t>(name - list.begin()) + 1;
    if (after + 1 < list.size())
    {
        call.splitsIn = NumbersOf(list[after]);
        call.splitsOut = NumbersOf(list[after + 1]);
    }
    for (auto at = list.begin() + 1; at != name; ++at)
    {
        if (at->kind == JsonValue::ARRAY && !at->elements.empty())
        {
            call.group = at->elements.front().text; // (name, description)
        }
    }
    const auto* const results =
        outputs && outputs->kind == JsonValue::OBJECT ? outputs->Find("values") : outputs;
    if (results)
    {
        uint64_t ignored = 0;
        AddTensors(*results, call.elementsOut, ignored);
    }
    return call;
}

} // namespace

NcclCall
ReadKernelArguments(const JsonValue& args)
{
    NcclCall call;
    call.name = args.TextOf("Collective name");
    call.elementsIn = UnsignedOf(args, "In msg nelems");
    call.elementsOut = UnsignedOf(args, "Out msg nelems");
    call.elementBytes = BytesOfType(args.TextOf("dtype"));
    if (const auto* const splits = args.Find("In split size"))
    {
        call.splitsIn = NumbersOf(*splits);
    }
    if (const auto* const splits = args.Find("Out split size"))
    {
        call.splitsOut = NumbersOf(*splits);
    }
    call.group = args.TextOf("Process Group Name");
    if (const auto* const ranks = args.Find("Process Group Ranks"))
    {
        for (const auto rank : NumbersOf(*ranks))
        {
            call.groupRanks.push_back(static_cast<uint32_t>(std::min<uint64_t>(rank, UINT32_MAX)));
        }
    }
    call.peer = RankOf(args, call.name == "recv" ? "Src Rank" : "Dst Rank");
    call.root = RankOf(args, "Root");
    return call;
}

std::vector<NcclCall>
ReadPyTorchCalls(std::istream& input, FindingLog& log)
{
    std::vector<NcclCall> calls;
    JsonReader json(input, log);
    std::string key;
    bool hasNodes = false;
    if (!json.BeginObject())
    {
        return calls;
    }
    while (json.NextMember(key))
    {
        if (key != "nodes" || json.PeekKind() != JsonValue::ARRAY)
        {
            json.SkipValue();
            continue;
        }
        hasNodes = true;
        json.BeginArray();
        while (json.NextElement())
        {
            JsonValue node;
            if (!json.ReadValue(node))
            {
                break;
            }
            if (auto call = CallOf(node))
            {
                calls.push_back(std::move(*call));
            }
        }
    }
    if (!hasNodes && !json.HasFailed())
    {
        log.Add(Finding::ERROR,
                "error in PyTorch execution trace",
                0,
                0,
                "no list 'nodes', expected a PyTorch execution trace");
    }
    return calls;
}

} // namespace ns3::workload
