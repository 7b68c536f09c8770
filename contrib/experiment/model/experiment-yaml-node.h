/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_YAML_NODE_H
#define EXPERIMENT_YAML_NODE_H

#include "experiment-diagnostics.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * A value of a YAML file, with its place.
 */
struct YamlNode
{
    /** What a value is. */
    enum class Kind : uint8_t
    {
        NONE,    ///< nothing stands there
        SCALAR,  ///< a text
        LIST,    ///< a sequence
        MAPPING, ///< keys and values
    };

    /** A key of a mapping and its value. */
    struct Entry;

    Kind kind{Kind::NONE};       ///< what it is
    Position position;           ///< where it starts
    std::string text;            ///< SCALAR: the text
    std::vector<YamlNode> items; ///< LIST: the elements
    std::vector<Entry> entries;  ///< MAPPING: in the order of the file, keys unique

    /** @return the value of a key, or null */
    const YamlNode* Find(const std::string& key) const;

    /** @return what it is, in words, for messages */
    std::string Describe() const;
};

struct YamlNode::Entry
{
    std::string key;   ///< the key
    Position position; ///< where the key stands
    YamlNode value;    ///< its value
};

/**
 * @ingroup experiment
 * Read a YAML 1.2 file (JSON is a part of YAML). Strict: one document, no duplicate keys, no
 * control characters; anchors, aliases and tags are refused, and nesting beyond 32 levels.
 *
 * @param path the file
 * @param name its name for messages
 * @param diagnostics where to report what is wrong
 * @return the root, or null if anything is wrong
 */
std::unique_ptr<YamlNode> ReadYamlFile(const std::string& path,
                                       const std::string& name,
                                       Diagnostics& diagnostics);

/**
 * @ingroup experiment
 * Read YAML from memory: see ReadYamlFile.
 *
 * @param content the text
 * @param name its name for messages
 * @param diagnostics where to report what is wrong
 * @return the root, or null if anything is wrong
 */
std::unique_ptr<YamlNode> ReadYaml(const std::string& content,
                                   const std::string& name,
                                   Diagnostics& diagnostics);

} // namespace ns3::experiment

#endif /* EXPERIMENT_YAML_NODE_H */
