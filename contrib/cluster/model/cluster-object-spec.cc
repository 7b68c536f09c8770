/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-object-spec.h"

#include "cluster-quantity.h"

#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cctype>

namespace ns3::cluster
{

namespace
{

/** @return the text in small letters without hyphens */
std::string
Fold(std::string_view text)
{
    std::string folded;
    for (char c : text)
    {
        if (c != '-')
        {
            folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return folded;
}

/** @return whether a text ends so */
bool
EndsWith(std::string_view text, std::string_view end)
{
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/** @return "fat-tree" for "ns3::cluster::FatTree", "incast" for "ns3::cluster::IncastFlows" */
std::string
ShortName(const std::string& fullName, const std::string& suffix)
{
    std::string last = fullName.substr(fullName.rfind(':') + 1);
    if (EndsWith(last, suffix))
    {
        last.resize(last.size() - suffix.size());
    }
    std::string name;
    for (char c : last)
    {
        if (std::isupper(static_cast<unsigned char>(c)) && !name.empty())
        {
            name += '-';
        }
        name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return name;
}

/** @return all TypeIds of a family that can be made */
std::vector<TypeId>
TypesOf(const SpecFamily& family)
{
    std::vector<TypeId> types;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId tid = TypeId::GetRegistered(i);
        if (tid.IsChildOf(family.base) && tid.HasConstructor())
        {
            types.push_back(tid);
        }
    }
    // The order of registration is the linker's.
    std::sort(types.begin(),
              types.end(),
              [](const TypeId& a, const TypeId& b) { return a.GetName() < b.GetName(); });
    return types;
}

/**
 * @param name "fat-tree" or a TypeId name
 * @param family where to look
 * @param [out] type the type
 * @return whether there is one
 */
bool
FindType(std::string_view name, const SpecFamily& family, TypeId& type)
{
    for (const TypeId& tid : TypesOf(family))
    {
        if (tid.GetName() == name || Fold(ShortName(tid.GetName(), family.suffix)) == Fold(name))
        {
            type = tid;
            return true;
        }
    }
    return false;
}

/** @return all attributes of a type and its parents up to a base, its own first */
std::vector<TypeId::AttributeInformation>
ParametersOf(TypeId type, TypeId base)
{
    std::vector<TypeId::AttributeInformation> parameters;
    for (; type.IsChildOf(base) || type == base; type = type.GetParent())
    {
        for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            parameters.push_back(type.GetAttribute(i));
        }
    }
    return parameters;
}

/**
 * Turn what a user wrote into an attribute value. The text is checked here because ns-3 ends the
 * program at some malformed numbers.
 *
 * @param text what the user wrote
 * @param attribute the attribute
 * @param [out] expected what was expected, in case of failure
 * @return a valid value, or null
 */
Ptr<AttributeValue>
ParseValue(const std::string& text,
           const TypeId::AttributeInformation& attribute,
           std::string& expected)
{
    const Ptr<AttributeValue> type = attribute.checker->Create();
    std::string canonical = text;
    bool good = true;
    if (DynamicCast<UintegerValue>(type) && EndsWith(attribute.name, "Size"))
    {
        expected = "a size such as 2MiB";
        const auto size = ParseSize(text);
        good = size.has_value();
        canonical = std::to_string(size.value_or(0));
    }
    else if (DynamicCast<UintegerValue>(type))
    {
        expected = "a whole number";
        good = ParseUnsigned(text).has_value();
    }
    else if (DynamicCast<DoubleValue>(type))
    {
        expected = "a number";
        good = ParseNumber(text).has_value();
    }
    else if (DynamicCast<DataRateValue>(type))
    {
        expected = "a rate such as 400Gbps";
        const auto rate = ParseRate(text);
        good = rate.has_value();
        canonical = std::to_string(rate.value_or(0)) + "bps";
    }
    else if (DynamicCast<TimeValue>(type))
    {
        expected = "a time such as 1us";
        const auto time = ParseTime(text);
        good = time.has_value();
        canonical = std::to_string(time.value_or(0)) + "ps";
    }
    else if (attribute.checker->GetValueTypeName().rfind("ns3::EnumValue", 0) == 0)
    {
        const std::string names = attribute.checker->GetUnderlyingTypeInformation();
        expected = "one of " + names;
        good = text.find('|') == std::string::npos &&
               ("|" + names + "|").find("|" + text + "|") != std::string::npos;
    }
    else
    {
        expected = "a value of " + attribute.checker->GetValueTypeName();
    }
    if (!good)
    {
        return nullptr;
    }
    if (attribute.checker->HasUnderlyingTypeInformation())
    {
        const std::string range = attribute.checker->GetUnderlyingTypeInformation();
        const std::size_t space = range.find(' ');
        expected += space == std::string::npos ? "" : " in the range" + range.substr(space);
    }
    return attribute.checker->CreateValidValue(StringValue(canonical));
}

/** Splits a description and collects errors at columns. */
class SpecParser
{
  public:
    SpecParser(const std::string& spec,
               const SpecFamily& family,
               std::vector<TopologyError>& errors)
        : m_spec(spec),
          m_family(family),
          m_errors(errors)
    {
    }

    /** @return the object, or null */
    Ptr<Object> Parse()
    {
        const std::size_t before = m_errors.size();
        const std::size_t colon = FindColon(m_spec);
        const std::string name = m_spec.substr(0, colon);
        TypeId type;
        if (!FindType(name, m_family, type))
        {
            std::string known;
            for (const std::string& each : ListSpecNames(m_family))
            {
                known += (known.empty() ? "" : ", ") + each;
            }
            AddError(0, "unknown " + m_family.noun + " '" + name + "', expected one of: " + known);
            return nullptr;
        }
        ObjectFactory factory;
        factory.SetTypeId(type);
        Ptr<Object> object = factory.Create<Object>();
        const std::vector<TypeId::AttributeInformation> parameters =
            ParametersOf(type, m_family.base);
        std::size_t begin = colon == std::string::npos ? m_spec.size() : colon + 1;
        while (begin < m_spec.size())
        {
            const std::size_t comma = std::min(m_spec.find(',', begin), m_spec.size());
            ParseParameter(begin, comma, parameters, *object);
            begin = comma + 1;
            if (begin == m_spec.size())
            {
                AddError(comma, "',' at the end, expected a parameter after it");
            }
        }
        return m_errors.size() == before ? object : nullptr;
    }

    /** @return position of the colon behind the name, which may hold "::", or npos */
    static std::size_t FindColon(std::string_view spec)
    {
        std::size_t i = 0;
        while (i < spec.size())
        {
            if (spec[i] != ':')
            {
                ++i;
            }
            else if (i + 1 < spec.size() && spec[i + 1] == ':')
            {
                i += 2;
            }
            else
            {
                return i;
            }
        }
        return std::string_view::npos;
    }

  private:
    void AddError(std::size_t offset, const std::string& message)
    {
        m_errors.push_back({message, {1, static_cast<uint32_t>(offset + 1)}});
    }

    /** Read "key=value" from begin to end and set the attribute. */
    void ParseParameter(std::size_t begin,
                        std::size_t end,
                        const std::vector<TypeId::AttributeInformation>& parameters,
                        Object& object)
    {
        const std::size_t equals = m_spec.find('=', begin);
        if (equals >= end)
        {
            AddError(begin,
                     "'" + m_spec.substr(begin, end - begin) +
                         "', expected a parameter in the form key=value");
            return;
        }
        const std::string key = m_spec.substr(begin, equals - begin);
        const std::string text = m_spec.substr(equals + 1, end - equals - 1);
        const auto attribute =
            std::find_if(parameters.begin(),
                         parameters.end(),
                         [&](const auto& candidate) { return Fold(candidate.name) == Fold(key); });
        if (attribute == parameters.end())
        {
            std::string known;
            for (const auto& each : parameters)
            {
                known += (known.empty() ? "" : ", ") + ShortName(each.name, "");
            }
            AddError(begin, "unknown parameter '" + key + "', expected one of: " + known);
            return;
        }
        if (std::find(m_keys.begin(), m_keys.end(), attribute->name) != m_keys.end())
        {
            AddError(begin, "parameter '" + key + "' is given twice");
            return;
        }
        m_keys.push_back(attribute->name);
        std::string expected;
        const Ptr<AttributeValue> value = ParseValue(text, *attribute, expected);
        if (!value || !object.SetAttributeFailSafe(attribute->name, *value))
        {
            AddError(equals + 1, "'" + text + "' for " + key + ", expected " + expected);
        }
    }

    const std::string& m_spec;            ///< the description
    const SpecFamily& m_family;           ///< what may be described
    std::vector<TopologyError>& m_errors; ///< where to report
    std::vector<std::string> m_keys;      ///< attributes already set
};

/** @return a number with the largest of some units that divides it; the first unit is 1 */
std::string
WithUnit(uint64_t number, const std::vector<std::pair<uint64_t, std::string>>& units)
{
    const auto* best = &units.front();
    for (const auto& unit : units)
    {
        best = number > 0 && number % unit.first == 0 ? &unit : best;
    }
    return std::to_string(number / best->first) + best->second;
}

/** @return the default of an attribute as users write it */
std::string
DefaultOf(const TypeId::AttributeInformation& attribute)
{
    const Ptr<const AttributeValue> value = attribute.initialValue;
    if (const auto rate = DynamicCast<const DataRateValue>(value))
    {
        return WithUnit(rate->Get().GetBitRate(),
                        {{1, "bps"}, {1'000'000, "Mbps"}, {1'000'000'000, "Gbps"}});
    }
    if (const auto time = DynamicCast<const TimeValue>(value))
    {
        return WithUnit(static_cast<uint64_t>(time->Get().GetPicoSeconds()),
                        {{1, "ps"}, {1'000, "ns"}, {1'000'000, "us"}, {1'000'000'000, "ms"}});
    }
    const auto number = DynamicCast<const UintegerValue>(value);
    if (number && EndsWith(attribute.name, "Size"))
    {
        return WithUnit(number->Get(), {{1, "B"}, {1 << 10, "KiB"}, {1 << 20, "MiB"}});
    }
    return value->SerializeToString(attribute.checker);
}

/** @return lines of the parameters that a class itself has */
std::string
DescribeParameters(TypeId type)
{
    std::string text;
    for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
    {
        const auto attribute = type.GetAttribute(i);
        text += "        " + ShortName(attribute.name, "") + "=" + DefaultOf(attribute) + ": " +
                attribute.help + "\n";
    }
    return text;
}

} // namespace

Ptr<Object>
CreateFromSpec(const std::string& spec,
               const SpecFamily& family,
               std::vector<TopologyError>& errors)
{
    return SpecParser(spec, family, errors).Parse();
}

bool
IsSpec(std::string_view text, const SpecFamily& family)
{
    TypeId type;
    return FindType(text.substr(0, SpecParser::FindColon(text)), family, type);
}

std::vector<std::string>
ListSpecNames(const SpecFamily& family)
{
    std::vector<std::string> names;
    for (const TypeId& tid : TypesOf(family))
    {
        names.push_back(ShortName(tid.GetName(), family.suffix));
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string
DescribeSpecs(const SpecFamily& family)
{
    std::string noun = family.noun;
    noun[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(noun[0])));
    const bool endsInY = EndsWith(noun, "y");
    std::string text = (endsInY ? noun.substr(0, noun.size() - 1) + "ies" : noun + "s") +
                       ", with the defaults of their parameters:\n";
    for (const std::string& name : ListSpecNames(family))
    {
        TypeId type;
        FindType(name, family, type);
        text += "    " + name + "\n" + DescribeParameters(type);
        for (TypeId parent = type.GetParent(); parent != family.base; parent = parent.GetParent())
        {
            text += DescribeParameters(parent);
        }
    }
    return text + "    all of them\n" + DescribeParameters(family.base);
}

} // namespace ns3::cluster
