/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-yaml-node.h"

#include "experiment-file.h"
#include "experiment-quantity.h"

#include <array>
#include <cstdio>
#include <sstream>
#include <unordered_set>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace ns3::experiment
{

namespace
{

constexpr uint64_t LARGEST_FILE = 64U << 20; ///< bytes; a graph of 100,000 links has about 10 MB
constexpr std::size_t DEEPEST = 32;          ///< levels; a scenario needs 6

/** Thrown to leave the parser when reading on makes no sense; the reason is in the diagnostics. */
struct GiveUp
{
};

/** Builds the tree from the events of yaml-cpp's parser. */
class TreeBuilder : public YAML::EventHandler
{
  public:
    /** @param name name of the file @param diagnostics where to report */
    TreeBuilder(const std::string& name, Diagnostics& diagnostics)
        : m_name(name),
          m_diagnostics(diagnostics)
    {
    }

    void OnDocumentStart(const YAML::Mark&) override {}

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        RefuseAnchor(mark, anchor);
        Add(YamlNode::Kind::NONE, mark, "");
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        Refuse(mark, "aliases are not supported, expected the value itself");
    }

    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override
    {
        RefuseAnchor(mark, anchor);
        RefuseTag(mark, tag);
        Add(YamlNode::Kind::SCALAR, mark, value);
        m_lastScalar = Where(mark);
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        RefuseAnchor(mark, anchor);
        RefuseTag(mark, tag);
        Open(YamlNode::Kind::LIST, mark);
    }

    void OnSequenceEnd() override
    {
        m_open.pop_back();
    }

    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        RefuseAnchor(mark, anchor);
        RefuseTag(mark, tag);
        Open(YamlNode::Kind::MAPPING, mark);
    }

    void OnMapEnd() override
    {
        m_open.pop_back();
    }

    /** @return the finished tree */
    YamlNode& GetRoot()
    {
        return m_root;
    }

    /** @return place of the scalar read last */
    const Position& GetLastScalar() const
    {
        return m_lastScalar;
    }

  private:
    /** A list or mapping whose end has not come yet. */
    struct OpenNode
    {
        YamlNode* node;                       ///< the list or mapping
        bool keyRead{false};                  ///< mapping: the value of the last key comes next
        std::unordered_set<std::string> keys; ///< mapping: keys so far
    };

    Position Where(const YAML::Mark& mark) const
    {
        return {
            m_name, static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1)};
    }

    [[noreturn]] void Refuse(const YAML::Mark& mark, const std::string& message)
    {
        m_diagnostics.Add(Where(mark), message);
        throw GiveUp();
    }

    void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor)
    {
        if (anchor != YAML::NullAnchor)
        {
            Refuse(mark, "anchors are not supported, expected the value alone");
        }
    }

    void RefuseTag(const YAML::Mark& mark, const std::string& tag)
    {
        if (!tag.empty() && tag != "?" && tag != "!") // those mean a plain and a quoted text
        {
            Refuse(mark, "tag " + Quote(tag) + " is not supported, expected the value alone");
        }
    }

    /** Put a node where it belongs. @return the node, or null if it became a key */
    YamlNode* Add(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& text)
    {
        if (m_open.empty())
        {
            m_root.kind = kind;
            m_root.position = Where(mark);
            m_root.text = text;
            return &m_root;
        }
        OpenNode& parent = m_open.back();
        if (parent.node->kind == YamlNode::Kind::MAPPING && !parent.keyRead)
        {
            if (kind != YamlNode::Kind::SCALAR)
            {
                Refuse(mark, "the key is not a text, expected key: value");
            }
            if (!parent.keys.insert(text).second)
            {
                m_diagnostics.Add(Where(mark),
                                  "key " + Quote(text) +
                                      " was given before, expected "
                                      "it once");
            }
            parent.node->entries.push_back({text, Where(mark), YamlNode()});
            parent.keyRead = true;
            return nullptr;
        }
        parent.keyRead = false;
        YamlNode* node = parent.node->kind == YamlNode::Kind::LIST
                             ? &parent.node->items.emplace_back()
                             : &parent.node->entries.back().value;
        node->kind = kind;
        node->position = Where(mark);
        node->text = text;
        return node;
    }

    /** Start a list or mapping. */
    void Open(YamlNode::Kind kind, const YAML::Mark& mark)
    {
        if (m_open.size() == DEEPEST)
        {
            Refuse(mark, "nested more than " + std::to_string(DEEPEST) + " levels deep");
        }
        // The parent does not grow before its open child ends, so that the pointer stays good.
        m_open.push_back({Add(kind, mark, ""), false, {}});
    }

    const std::string& m_name;    ///< name of the file
    Diagnostics& m_diagnostics;   ///< where to report
    YamlNode m_root;              ///< the tree
    Position m_lastScalar;        ///< place of the scalar read last
    std::vector<OpenNode> m_open; ///< from the root to the node being read
};

/**
 * Find bytes that no text file has, which mean that the file is something else or was damaged.
 *
 * @param content the file
 * @param name its name
 * @param diagnostics where to report
 * @return whether there were none
 */
bool
CheckCharacters(const std::string& content, const std::string& name, Diagnostics& diagnostics)
{
    Position position{name, 1, 1};
    for (const char c : content)
    {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f)
        {
            std::array<char, 8> code;
            std::snprintf(code.data(), code.size(), "0x%02x", static_cast<unsigned>(byte));
            diagnostics.Add(position,
                            std::string("byte ") + code.data() + ", expected a text file (UTF-8)");
            return false;
        }
        ++position.column;
        if (c == '\n')
        {
            ++position.line;
            position.column = 1;
        }
    }
    return true;
}

/**
 * yaml-cpp ends a quoted text at the end of a file without a word; a file cut off there would pass.
 *
 * @param content the file
 * @param last place of its last scalar
 * @return whether that scalar has its closing quote, or is not quoted
 */
bool
IsQuoteClosed(const std::string& content, const Position& last)
{
    std::size_t i = 0;
    for (uint32_t line = 1; line < last.line; ++line)
    {
        i = content.find('\n', i) + 1;
    }
    for (uint32_t column = 1; column < last.column && i < content.size(); ++column)
    {
        do
        {
            ++i; // columns count characters, not the bytes of UTF-8
        } while (i < content.size() && (static_cast<unsigned char>(content[i]) & 0xc0) == 0x80);
    }
    if (i >= content.size() || (content[i] != '"' && content[i] != '\''))
    {
        return true;
    }
    const char quote = content[i];
    for (++i; i < content.size(); ++i)
    {
        if (content[i] == '\\' && quote == '"')
        {
            ++i;
        }
        else if (content[i] == quote)
        {
            return true; // a doubled single quote counts too: another one must follow
        }
    }
    return false;
}

} // namespace

const YamlNode*
YamlNode::Find(const std::string& key) const
{
    for (const auto& entry : entries)
    {
        if (entry.key == key)
        {
            return &entry.value;
        }
    }
    return nullptr;
}

std::string
YamlNode::Describe() const
{
    switch (kind)
    {
    case Kind::SCALAR:
        return Quote(text);
    case Kind::LIST:
        return "a list";
    case Kind::MAPPING:
        return "a mapping";
    case Kind::NONE:
        break;
    }
    return "nothing";
}

std::unique_ptr<YamlNode>
ReadYaml(const std::string& content, const std::string& name, Diagnostics& diagnostics)
{
    if (!CheckCharacters(content, name, diagnostics))
    {
        return nullptr;
    }
    const std::size_t errorsBefore = diagnostics.GetN();
    TreeBuilder builder(name, diagnostics);
    try
    {
        std::istringstream in(content);
        YAML::Parser parser(in);
        if (!parser.HandleNextDocument(builder) || builder.GetRoot().kind == YamlNode::Kind::NONE)
        {
            diagnostics.Add({name, 1, 1}, "the file is empty, expected key: value");
        }
        else if (!IsQuoteClosed(content, builder.GetLastScalar()))
        {
            diagnostics.Add(builder.GetLastScalar(),
                            "the quote is not closed, expected it before the end of the file");
        }
        else
        {
            TreeBuilder rest(name, diagnostics);
            if (parser.HandleNextDocument(rest))
            {
                diagnostics.Add(rest.GetRoot().position, "a second document, expected one");
            }
        }
    }
    catch (const YAML::Exception& exception)
    {
        diagnostics.Add({name,
                         static_cast<uint32_t>(exception.mark.line + 1),
                         static_cast<uint32_t>(exception.mark.column + 1)},
                        "not YAML: " + exception.msg);
    }
    catch (const GiveUp&)
    {
        // already reported
    }
    if (diagnostics.GetN() > errorsBefore)
    {
        return nullptr;
    }
    return std::make_unique<YamlNode>(std::move(builder.GetRoot()));
}

std::unique_ptr<YamlNode>
ReadYamlFile(const std::string& path, const std::string& name, Diagnostics& diagnostics)
{
    std::string error;
    const auto content = ReadWholeFile(path, LARGEST_FILE, error);
    if (!content)
    {
        diagnostics.Add({name, 0, 0}, error);
        return nullptr;
    }
    return ReadYaml(*content, name, diagnostics);
}

} // namespace ns3::experiment
