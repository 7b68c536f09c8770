/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_YAML_SECTION_H
#define EXPERIMENT_YAML_SECTION_H

#include "experiment-yaml-node.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * What may stand under a key of a file: for the reference.
 */
struct KeyDescription
{
    std::string path;        ///< key with those above it: cluster.servers[].nics
    std::string form;        ///< what is expected: a rate such as 400Gbps
    std::string defaultText; ///< default, as the user would write it; empty if there is none
    std::string help;        ///< what it is
};

/**
 * @ingroup experiment
 * Reads the mapping under one key of a file into plain variables, strictly: each call names a key
 * that may be there, what it may hold, and the variable; Finish reports the keys that nobody named.
 * The value that a variable has before the call is the default.
 *
 * The same calls describe the file format: over no mapping at all, with a list for the
 * descriptions, they only fill that list. The reference of the format is made this way and cannot
 * differ from what is read.
 */
class YamlSection
{
  public:
    /** Whether a key may be left out. */
    enum Presence
    {
        OPTIONAL,
        REQUIRED,
    };

    /**
     * @param node the mapping, or null
     * @param path its path, empty for the root
     * @param diagnostics where to report what is wrong
     * @param descriptions list to be filled, or null; then the section only describes
     */
    YamlSection(const YamlNode* node,
                const std::string& path,
                Diagnostics& diagnostics,
                std::vector<KeyDescription>* descriptions = nullptr);

    /** @return whether this section only describes: all alternatives are to be named */
    bool IsDescribing() const;

    /** @return whether the mapping is there */
    bool IsPresent() const;

    /** @return whether a key is there */
    bool Has(const std::string& key) const;

    /** @return the value of a key, or null; the key counts as known */
    const YamlNode* Get(const std::string& key);

    /** @param key whose value is wrong, or which is missing @param message what is wrong with it */
    void Fail(const std::string& key, const std::string& message);

    /** A text. @param key @param help @param [in,out] value @param presence */
    void Text(const std::string& key,
              const std::string& help,
              std::string& value,
              Presence presence = OPTIONAL);

    /** One of some texts. @param key @param help @param [in,out] value @param choices @param
     * presence */
    void Choice(const std::string& key,
                const std::string& help,
                std::string& value,
                const std::vector<std::string>& choices,
                Presence presence = OPTIONAL);

    /** An integer. @param key @param help @param [in,out] value @param least @param most @param
     * presence */
    template <typename T>
    void Integer(const std::string& key,
                 const std::string& help,
                 T& value,
                 uint64_t least = 0,
                 uint64_t most = std::numeric_limits<T>::max(),
                 Presence presence = OPTIONAL)
    {
        ReadInteger(
            key,
            help,
            value,
            [&value](uint64_t number) { value = static_cast<T>(number); },
            least,
            most,
            presence);
    }

    /** A number. @param key @param help @param [in,out] value @param least @param most @param
     * presence */
    void Real(const std::string& key,
              const std::string& help,
              double& value,
              double least,
              double most,
              Presence presence = OPTIONAL);

    /** true or false. @param key @param help @param [in,out] value */
    void Boolean(const std::string& key, const std::string& help, bool& value);

    /** A rate above 0. @param key @param help @param [in,out] value @param presence */
    void Rate(const std::string& key,
              const std::string& help,
              DataRate& value,
              Presence presence = OPTIONAL);

    /** A time. @param key @param help @param [in,out] value @param presence */
    void Duration(const std::string& key,
                  const std::string& help,
                  Time& value,
                  Presence presence = OPTIONAL);

    /** A size. @param key @param help @param [in,out] bytes @param least @param most @param
     * presence */
    void Size(const std::string& key,
              const std::string& help,
              uint64_t& bytes,
              uint64_t least,
              uint64_t most,
              Presence presence = OPTIONAL);

    /** @param key of a mapping @param help @param presence @param form @return its section */
    YamlSection Section(const std::string& key,
                        const std::string& help,
                        Presence presence = OPTIONAL,
                        const std::string& form = "a mapping");

    /** A list of mappings. @param key @param help @param each is called for each of them */
    void List(const std::string& key,
              const std::string& help,
              const std::function<void(YamlSection& element)>& each,
              Presence presence = OPTIONAL);

    /** A list of texts. @param key @param help @param [out] values @param positions of the values
     */
    void TextList(const std::string& key,
                  const std::string& help,
                  std::vector<std::string>& values,
                  std::vector<Position>& positions);

    /** Say that a key may be there that is read by other means (Get). @param description of it */
    void Describe(const KeyDescription& description);

    /** @return place of a key's value, or of the section if it is not there */
    Position GetPosition(const std::string& key) const;

    /** @return place of the section */
    Position GetPosition() const;

    /** @return path of a key, from the root */
    std::string PathOf(const std::string& key) const;

    /** @return where errors go */
    Diagnostics& GetDiagnostics();

    /** Report the keys that are there and that no call named. */
    void Finish();

  private:
    /**
     * Note a key and look it up.
     *
     * @param key the key
     * @param help what it is
     * @param form what is expected
     * @param defaultText its default
     * @param presence whether it must be there
     * @param kind what its value must be
     * @return the value, or null if it is not there or of another kind
     */
    const YamlNode* Look(const std::string& key,
                         const std::string& help,
                         const std::string& form,
                         const std::string& defaultText,
                         Presence presence,
                         YamlNode::Kind kind);

    /** See Integer. */
    void ReadInteger(const std::string& key,
                     const std::string& help,
                     uint64_t defaultValue,
                     const std::function<void(uint64_t)>& set,
                     uint64_t least,
                     uint64_t most,
                     Presence presence);

    const YamlNode* m_node;                      ///< the mapping, or null
    std::string m_path;                          ///< its path
    Position m_position;                         ///< where it is, or should be
    Diagnostics* m_diagnostics;                  ///< where to report
    std::vector<KeyDescription>* m_descriptions; ///< what to fill when describing, or null
    std::vector<std::string> m_known;            ///< keys named so far
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_YAML_SECTION_H */
