/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-yaml-section.h"

#include "experiment-quantity.h"
#include "experiment-suggestion.h"

#include <algorithm>

namespace ns3::experiment
{

YamlSection::YamlSection(const YamlNode* node,
                         const std::string& path,
                         Diagnostics& diagnostics,
                         std::vector<KeyDescription>* descriptions)
    : m_node(node),
      m_path(path),
      m_diagnostics(&diagnostics),
      m_descriptions(descriptions)
{
    if (!node)
    {
        return;
    }
    m_position = node->position;
    if (node->kind != YamlNode::Kind::MAPPING)
    {
        diagnostics.Add(m_position,
                        node->Describe() + ", expected a mapping (key: value)" +
                            (path.empty() ? "" : " for " + path));
        m_node = nullptr;
    }
}

bool
YamlSection::IsDescribing() const
{
    return m_descriptions != nullptr;
}

bool
YamlSection::IsPresent() const
{
    return m_node != nullptr;
}

bool
YamlSection::Has(const std::string& key) const
{
    return m_node && m_node->Find(key);
}

const YamlNode*
YamlSection::Get(const std::string& key)
{
    m_known.push_back(key);
    return m_node ? m_node->Find(key) : nullptr;
}

void
YamlSection::Fail(const std::string& key, const std::string& message)
{
    m_diagnostics->Add(GetPosition(key), PathOf(key) + ": " + message);
}

const YamlNode*
YamlSection::Look(const std::string& key,
                  const std::string& help,
                  const std::string& form,
                  const std::string& defaultText,
                  Presence presence,
                  YamlNode::Kind kind)
{
    Describe({PathOf(key), form, presence == REQUIRED ? "(required)" : defaultText, help});
    const YamlNode* value = Get(key);
    if (!value)
    {
        if (presence == REQUIRED && m_node)
        {
            m_diagnostics->Add(m_position, PathOf(key) + " is missing, expected " + form);
        }
        return nullptr;
    }
    if (value->kind != kind)
    {
        Fail(key, value->Describe() + ", expected " + form);
        return nullptr;
    }
    return value;
}

void
YamlSection::Text(const std::string& key,
                  const std::string& help,
                  std::string& value,
                  Presence presence)
{
    if (const auto* node = Look(key, help, "a text", value, presence, YamlNode::Kind::SCALAR))
    {
        value = node->text;
    }
}

void
YamlSection::Choice(const std::string& key,
                    const std::string& help,
                    std::string& value,
                    const std::vector<std::string>& choices,
                    Presence presence)
{
    std::string form = "one of";
    for (const auto& choice : choices)
    {
        form += (&choice == &choices.front() ? " " : ", ") + choice;
    }
    const auto* node = Look(key, help, form, value, presence, YamlNode::Kind::SCALAR);
    if (!node)
    {
        return;
    }
    if (std::find(choices.begin(), choices.end(), node->text) == choices.end())
    {
        const std::string nearest = FindNearest(node->text, choices);
        Fail(key,
             Quote(node->text) + " is not known, expected " + form +
                 (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
        return;
    }
    value = node->text;
}

void
YamlSection::ReadInteger(const std::string& key,
                         const std::string& help,
                         uint64_t defaultValue,
                         const std::function<void(uint64_t)>& set,
                         uint64_t least,
                         uint64_t most,
                         Presence presence)
{
    const bool limited = most < std::numeric_limits<uint32_t>::max();
    const std::string form =
        "an integer from " + std::to_string(least) + (limited ? " to " + std::to_string(most) : "");
    const auto* node =
        Look(key, help, form, std::to_string(defaultValue), presence, YamlNode::Kind::SCALAR);
    if (!node)
    {
        return;
    }
    std::string error;
    const auto number = ParseUnsigned(node->text, error);
    if (!number || *number < least || *number > most)
    {
        Fail(key,
             Quote(node->text) + (number ? " is out of range" : " is no such number") +
                 ", expected " + form);
        return;
    }
    set(*number);
}

void
YamlSection::Real(const std::string& key,
                  const std::string& help,
                  double& value,
                  double least,
                  double most,
                  Presence presence)
{
    const std::string form = "a number from " + FormatReal(least) + " to " + FormatReal(most);
    const auto* node = Look(key, help, form, FormatReal(value), presence, YamlNode::Kind::SCALAR);
    if (!node)
    {
        return;
    }
    std::string error;
    const auto number = ParseReal(node->text, error);
    if (!number || !(*number >= least && *number <= most))
    {
        Fail(key,
             Quote(node->text) + (number ? " is out of range" : " is no number") + ", expected " +
                 form);
        return;
    }
    value = *number;
}

void
YamlSection::Boolean(const std::string& key, const std::string& help, bool& value)
{
    const auto* node = Look(
        key, help, "true or false", value ? "true" : "false", OPTIONAL, YamlNode::Kind::SCALAR);
    if (!node)
    {
        return;
    }
    std::string error;
    if (const auto truth = ParseBoolean(node->text, error))
    {
        value = *truth;
    }
    else
    {
        Fail(key, error);
    }
}

void
YamlSection::Rate(const std::string& key,
                  const std::string& help,
                  DataRate& value,
                  Presence presence)
{
    const auto* node = Look(
        key, help, "a rate such as 400Gbps", FormatRate(value), presence, YamlNode::Kind::SCALAR);
    if (!node)
    {
        return;
    }
    std::string error;
    if (const auto rate = ParseRate(node->text, error))
    {
        value = *rate;
    }
    else
    {
        Fail(key, error);
    }
}

void
YamlSection::Duration(const std::string& key,
                      const std::string& help,
                      Time& value,
                      Presence presence)
{
    const auto* node =
        Look(key, help, "a time such as 1us", FormatTime(value), presence, YamlNode::Kind::SCALAR);
    if (!node)
    {
        return;
    }
    std::string error;
    if (const auto time = ParseTime(node->text, error))
    {
        value = *time;
    }
    else
    {
        Fail(key, error);
    }
}

void
YamlSection::Size(const std::string& key,
                  const std::string& help,
                  uint64_t& bytes,
                  uint64_t least,
                  uint64_t most,
                  Presence presence)
{
    const std::string form =
        "a size from " + FormatSize(least) + " to " + FormatSize(most) + " such as 2MiB";
    const auto* node = Look(key, help, form, FormatSize(bytes), presence, YamlNode::Kind::SCALAR);
    if (!node)
    {
        return;
    }
    std::string error;
    const auto size = ParseSize(node->text, error);
    if (!size || *size < least || *size > most)
    {
        Fail(key, size ? Quote(node->text) + " is out of range, expected " + form : error);
        return;
    }
    bytes = *size;
}

YamlSection
YamlSection::Section(const std::string& key,
                     const std::string& help,
                     Presence presence,
                     const std::string& form)
{
    const auto* node = Look(key, help, form, "", presence, YamlNode::Kind::MAPPING);
    YamlSection section(node, PathOf(key), *m_diagnostics, m_descriptions);
    if (!node)
    {
        section.m_position = GetPosition(key);
    }
    return section;
}

void
YamlSection::List(const std::string& key,
                  const std::string& help,
                  const std::function<void(YamlSection& element)>& each,
                  Presence presence)
{
    const auto* node = Look(key, help, "a list of mappings", "", presence, YamlNode::Kind::LIST);
    if (IsDescribing())
    {
        YamlSection element(nullptr, PathOf(key) + "[]", *m_diagnostics, m_descriptions);
        each(element);
        return;
    }
    if (!node)
    {
        return;
    }
    for (std::size_t i = 0; i < node->items.size(); ++i)
    {
        YamlSection element(
            &node->items[i], PathOf(key) + "[" + std::to_string(i) + "]", *m_diagnostics);
        if (element.IsPresent())
        {
            each(element);
            element.Finish();
        }
    }
}

void
YamlSection::TextList(const std::string& key,
                      const std::string& help,
                      std::vector<std::string>& values,
                      std::vector<Position>& positions)
{
    const auto* node = Look(key, help, "a list of texts", "", OPTIONAL, YamlNode::Kind::LIST);
    if (!node)
    {
        return;
    }
    for (const auto& item : node->items)
    {
        if (item.kind != YamlNode::Kind::SCALAR)
        {
            m_diagnostics->Add(item.position,
                               PathOf(key) + ": " + item.Describe() + ", expected a text");
            continue;
        }
        values.push_back(item.text);
        positions.push_back(item.position);
    }
}

void
YamlSection::Describe(const KeyDescription& description)
{
    if (m_descriptions)
    {
        m_descriptions->push_back(description);
    }
}

Position
YamlSection::GetPosition(const std::string& key) const
{
    const YamlNode* value = m_node ? m_node->Find(key) : nullptr;
    return value ? value->position : m_position;
}

Position
YamlSection::GetPosition() const
{
    return m_position;
}

Diagnostics&
YamlSection::GetDiagnostics()
{
    return *m_diagnostics;
}

void
YamlSection::Finish()
{
    if (!m_node)
    {
        return;
    }
    for (const auto& entry : m_node->entries)
    {
        if (std::find(m_known.begin(), m_known.end(), entry.key) == m_known.end())
        {
            m_diagnostics->Add(entry.position,
                               "unknown key " + Quote(entry.key) +
                                   (m_path.empty() ? "" : " in " + m_path) + "; " +
                                   Suggest(entry.key, m_known));
        }
    }
}

std::string
YamlSection::PathOf(const std::string& key) const
{
    return m_path.empty() ? key : m_path + "." + key;
}

} // namespace ns3::experiment
