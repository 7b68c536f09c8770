/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-attribute-section.h"

#include "experiment-attribute-check.h"
#include "experiment-quantity.h"

#include <cctype>

namespace ns3::experiment
{

namespace
{

/** @return the key for an attribute: LinksPerPair is linksPerPair */
std::string
KeyOf(const std::string& attribute)
{
    std::string key = attribute;
    key[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(key[0])));
    return key;
}

/** @return whether values of an attribute are of a type, whose name ns-3 writes in two ways */
bool
IsOfType(const TypeId::AttributeInformation& info, const std::string& type)
{
    const std::string name = info.checker->GetValueTypeName();
    return name == type || name == "ns3::" + type;
}

/** @return the range of a number: " from 1 to 64" */
std::string
RangeOf(const TypeId::AttributeInformation& info)
{
    if (!info.checker->HasUnderlyingTypeInformation())
    {
        return "";
    }
    const std::string text = info.checker->GetUnderlyingTypeInformation(); // "uint32_t 1:64"
    const std::size_t space = text.find(' ');
    const std::size_t colon = text.find(':', space == std::string::npos ? 0 : space);
    if (space == std::string::npos || colon == std::string::npos)
    {
        return "";
    }
    const std::string most = text.substr(colon + 1);
    const bool unlimited = most.size() > 9; // that of the type, which tells a user nothing
    return " from " + text.substr(space + 1, colon - space - 1) + (unlimited ? "" : " to " + most);
}

/** @return what is expected where an attribute names a class */
std::string
FormOfClass(const TypeId::AttributeInformation& info, const std::string& family)
{
    constexpr std::size_t MOST = 8;
    const auto types = ListTypes(family);
    if (types.size() > MOST)
    {
        const std::string usual = GetAttributeClass(info);
        return "a class of " + family + " such as " +
               GetShortTypeName(usual.empty() ? types.front() : usual);
    }
    std::string names;
    for (const auto& type : types)
    {
        names += (names.empty() ? "" : ", ") + GetShortTypeName(type);
    }
    return "one of " + names;
}

/** @return what is expected for an attribute, for messages and the reference */
std::string
FormOf(const TypeId::AttributeInformation& info)
{
    const std::string family = GetAttributeFamily(info);
    if (!family.empty())
    {
        return FormOfClass(info, family);
    }
    if (IsOfType(info, "DataRateValue"))
    {
        return "a rate such as 400Gbps";
    }
    if (IsOfType(info, "TimeValue"))
    {
        return "a time such as 1us";
    }
    if (IsOfType(info, "BooleanValue"))
    {
        return "true or false";
    }
    if (IsOfType(info, "UintegerValue"))
    {
        return "an integer" + RangeOf(info);
    }
    return (IsOfType(info, "DoubleValue") ? "a number" : "a text") + RangeOf(info);
}

/** @return an attribute's default as the user would write it */
std::string
DefaultOf(const TypeId::AttributeInformation& info)
{
    const std::string text = info.originalInitialValue->SerializeToString(info.checker);
    std::string error;
    if (!GetAttributeFamily(info).empty())
    {
        const std::string name = text.rfind("ns3::", 0) == 0 ? text : GetAttributeClass(info);
        return GetShortTypeName(name.substr(0, name.find('[')));
    }
    if (IsOfType(info, "DataRateValue") && text != "0bps")
    {
        const auto rate = ParseRate(text, error);
        return rate ? FormatRate(*rate) : text;
    }
    if (IsOfType(info, "TimeValue"))
    {
        const auto time = ParseTime(text[0] == '+' ? text.substr(1) : text, error);
        return time ? FormatTime(*time) : text;
    }
    return text;
}

/**
 * Bring a value into a form that ns-3's parser of the attribute takes.
 *
 * @param info the attribute
 * @param text what the user wrote
 * @return the same value for ns-3, or the text itself if it is wrong
 */
std::string
Canonical(const TypeId::AttributeInformation& info, const std::string& text)
{
    std::string error;
    const std::string family = GetAttributeFamily(info);
    if (!family.empty())
    {
        for (const auto& type : ListTypes(family))
        {
            if (GetShortTypeName(type) == text)
            {
                return type;
            }
        }
    }
    else if (IsOfType(info, "DataRateValue"))
    {
        const auto rate = ParseRate(text, error);
        return rate ? std::to_string(rate->GetBitRate()) + "bps" : text;
    }
    else if (IsOfType(info, "TimeValue"))
    {
        const auto time = ParseTime(text, error);
        return time ? std::to_string(time->GetPicoSeconds()) + "ps" : text;
    }
    return text;
}

/** Read one attribute. */
void
ReadAttribute(YamlSection& section,
              const std::string& type,
              const TypeId::AttributeInformation& info,
              std::vector<AttributeSetting>& settings)
{
    const std::string key = KeyOf(info.name);
    section.Describe({section.PathOf(key), FormOf(info), DefaultOf(info), info.help});
    const YamlNode* node = section.Get(key);
    if (!node)
    {
        return;
    }
    if (node->kind != YamlNode::Kind::SCALAR)
    {
        section.Fail(key, node->Describe() + ", expected " + FormOf(info));
        return;
    }
    const std::string value = Canonical(info, node->text);
    if (!CheckAttributeDefault(type + "::" + info.name, value).empty())
    {
        section.Fail(key, Quote(node->text) + " is not possible, expected " + FormOf(info));
        return;
    }
    settings.push_back({type + "::" + info.name, value});
}

} // namespace

std::vector<AttributeSetting>
ReadAttributeKeys(YamlSection& section, const TypeId& type, const TypeId& base)
{
    std::vector<AttributeSetting> settings;
    for (TypeId each = type;; each = each.GetParent())
    {
        for (std::size_t i = 0; i < each.GetAttributeN(); ++i)
        {
            ReadAttribute(section, each.GetName(), each.GetAttribute(i), settings);
        }
        if (each == base)
        {
            return settings;
        }
    }
}

} // namespace ns3::experiment
