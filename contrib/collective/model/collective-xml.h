/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_XML_H
#define COLLECTIVE_XML_H

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::collective
{

/** Where something stands in a text file; both from 1. */
struct TextPosition
{
    uint32_t line{1};   ///< line
    uint32_t column{1}; ///< byte of the line
};

/** Something wrong with a text file. */
struct TextError
{
    TextPosition position; ///< where
    std::string text;      ///< what is wrong, what was expected

    /** @param file name of the file @return file:line:column: text */
    std::string Format(const std::string& file) const;
};

/** An attribute of an element. */
struct XmlAttribute
{
    std::string name;      ///< name
    std::string value;     ///< value, without entities
    TextPosition position; ///< of the value
};

/** An element with what is in it, but for text. */
struct XmlElement
{
    std::string name;                     ///< name
    TextPosition position;                ///< of its name
    std::vector<XmlAttribute> attributes; ///< in their order
    std::vector<XmlElement> children;     ///< in their order

    /** @param name of an attribute @return the attribute, or null */
    const XmlAttribute* Find(const std::string& name) const;
};

/**
 * @ingroup collective
 * Reads the part of XML 1.0 that files of data consist of: elements, attributes, comments, a
 * declaration, and the five entities. Unlike ready-made parsers it
 * knows where each attribute stands. Text between elements is skipped; document types, processing
 * instructions and marked sections are errors.
 *
 * @param text the file
 * @param [out] root the outermost element
 * @param [out] error what is wrong, if anything is
 * @return whether the file is good
 */
bool ReadXml(const std::string& text, XmlElement& root, TextError& error);

} // namespace ns3::collective

#endif /* COLLECTIVE_XML_H */
