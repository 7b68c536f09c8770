/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-xml.h"

#include <algorithm>
#include <map>

namespace ns3::collective
{

std::string
TextError::Format(const std::string& file) const
{
    return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column) +
           ": " + text;
}

const XmlAttribute*
XmlElement::Find(const std::string& wanted) const
{
    const auto it = std::find_if(attributes.begin(),
                                 attributes.end(),
                                 [&](const auto& attribute) { return attribute.name == wanted; });
    return it != attributes.end() ? &*it : nullptr;
}

namespace
{

/** Deepest nesting of elements. */
constexpr uint32_t MOST_DEPTH = 16;

/** A place in the text, and what is read there. Functions return false after an error. */
class XmlParser
{
  public:
    XmlParser(const std::string& text, TextError& error)
        : m_text(text),
          m_error(error)
    {
    }

    /** Read the file. */
    bool ReadDocument(XmlElement& root)
    {
        if (Accept("\xEF\xBB\xBF")) // byte order mark
        {
            m_position = {};
        }
        if (Accept("<?xml") && !SkipBehind("?>", "the end of the XML declaration, '?>'"))
        {
            return false;
        }
        if (!SkipText(false) || !ReadElement(root, 1) || !SkipText(false))
        {
            return false;
        }
        return IsAtEnd() || Fail("'" + Peek() + "' behind the outermost element");
    }

  private:
    bool IsAtEnd() const
    {
        return m_next >= m_text.size();
    }

    /** @return the next byte, for messages */
    std::string Peek() const
    {
        return IsAtEnd() ? "the end of the file" : m_text.substr(m_next, 1);
    }

    /** Note an error here. */
    bool Fail(const std::string& text)
    {
        m_error = {m_position, text};
        return false;
    }

    /** Go on by so many bytes. */
    void Skip(std::size_t bytes)
    {
        for (; bytes > 0; --bytes, ++m_next)
        {
            const bool isEnd = m_text[m_next] == '\n';
            m_position.line += isEnd ? 1 : 0;
            m_position.column = isEnd ? 1 : m_position.column + 1;
        }
    }

    /** Go on behind a text if it is next. */
    bool Accept(const std::string& wanted)
    {
        if (m_text.compare(m_next, wanted.size(), wanted) != 0)
        {
            return false;
        }
        Skip(wanted.size());
        return true;
    }

    /** Go on behind the next place where a text is. */
    bool SkipBehind(const std::string& wanted, const std::string& what)
    {
        const auto found = m_text.find(wanted, m_next);
        if (found == std::string::npos)
        {
            return Fail("expected " + what);
        }
        Skip(found + wanted.size() - m_next);
        return true;
    }

    void SkipBlanks()
    {
        while (!IsAtEnd() && std::string(" \t\r\n").find(m_text[m_next]) != std::string::npos)
        {
            Skip(1);
        }
    }

    /** Skip blanks and comments, and other text if that is possible here. */
    bool SkipText(bool inElement)
    {
        while (true)
        {
            SkipBlanks();
            if (Accept("<!--"))
            {
                if (!SkipBehind("-->", "the end of the comment, '-->'"))
                {
                    return false;
                }
            }
            else if (m_text.compare(m_next, 2, "<!") == 0 || m_text.compare(m_next, 2, "<?") == 0)
            {
                return Fail("document types, marked sections and processing instructions are not "
                            "possible here");
            }
            else if (inElement && !IsAtEnd() && m_text[m_next] != '<')
            {
                Skip(1);
            }
            else
            {
                return true;
            }
        }
    }

    bool ReadName(std::string& name)
    {
        const auto isPart = [](char c)
        {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '-' || c == '.' || c == ':';
        };
        while (!IsAtEnd() && isPart(m_text[m_next]))
        {
            name += m_text[m_next];
            Skip(1);
        }
        return !name.empty() || Fail("'" + Peek() + "', expected a name");
    }

    /** Read what stands behind an ampersand. */
    bool ReadEntity(std::string& value)
    {
        static const std::map<std::string, char> entities{
            {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
        const auto end = m_text.find(';', m_next);
        const std::string name =
            end == std::string::npos ? "" : m_text.substr(m_next + 1, end - m_next - 1);
        const auto entity = entities.find(name);
        if (entity == entities.end())
        {
            return Fail("expected one of &amp; &lt; &gt; &quot; &apos;");
        }
        value += entity->second;
        Skip(name.size() + 2);
        return true;
    }

    bool ReadAttribute(XmlElement& element)
    {
        XmlAttribute attribute;
        const TextPosition begin = m_position;
        if (!ReadName(attribute.name))
        {
            return false;
        }
        if (element.Find(attribute.name))
        {
            m_error = {begin, "attribute " + attribute.name + " is there twice"};
            return false;
        }
        SkipBlanks();
        if (!Accept("="))
        {
            return Fail("'" + Peek() + "', expected = and the value of " + attribute.name);
        }
        SkipBlanks();
        const char quote = IsAtEnd() ? ' ' : m_text[m_next];
        if (quote != '"' && quote != '\'')
        {
            return Fail("'" + Peek() + "', expected the value of " + attribute.name + " in quotes");
        }
        Skip(1);
        attribute.position = m_position;
        while (!IsAtEnd() && m_text[m_next] != quote)
        {
            if (m_text[m_next] == '<')
            {
                return Fail("'<' in the value of " + attribute.name + ", expected a quote first");
            }
            if (m_text[m_next] == '&')
            {
                if (!ReadEntity(attribute.value))
                {
                    return false;
                }
                continue;
            }
            attribute.value += m_text[m_next];
            Skip(1);
        }
        if (IsAtEnd())
        {
            return Fail("expected the quote that ends the value of " + attribute.name);
        }
        Skip(1);
        element.attributes.push_back(std::move(attribute));
        return true;
    }

    bool ReadElement(XmlElement& element, uint32_t depth)
    {
        if (!Accept("<"))
        {
            return Fail("'" + Peek() + "', expected an element");
        }
        element.position = m_position;
        if (depth > MOST_DEPTH)
        {
            return Fail("more than " + std::to_string(MOST_DEPTH) + " elements in each other");
        }
        if (!ReadName(element.name))
        {
            return false;
        }
        while (true)
        {
            SkipBlanks();
            if (Accept("/>"))
            {
                return true;
            }
            if (Accept(">"))
            {
                return ReadContent(element, depth);
            }
            if (!ReadAttribute(element))
            {
                return false;
            }
        }
    }

    bool ReadContent(XmlElement& element, uint32_t depth)
    {
        while (SkipText(true))
        {
            const TextPosition begin = m_position;
            if (IsAtEnd())
            {
                return Fail("expected </" + element.name + "> for the element in line " +
                            std::to_string(element.position.line));
            }
            if (Accept("</"))
            {
                std::string name;
                if (!ReadName(name))
                {
                    return false;
                }
                if (name != element.name)
                {
                    m_error = {begin,
                               "</" + name + ">, expected </" + element.name +
                                   "> for the element in line " +
                                   std::to_string(element.position.line)};
                    return false;
                }
                SkipBlanks();
                return Accept(">") || Fail("'" + Peek() + "', expected '>'");
            }
            element.children.emplace_back();
            if (!ReadElement(element.children.back(), depth + 1))
            {
                return false;
            }
        }
        return false;
    }

    const std::string& m_text; ///< the file
    TextError& m_error;        ///< what is wrong
    std::size_t m_next{0};     ///< next byte
    TextPosition m_position;   ///< of the next byte
};

} // namespace

bool
ReadXml(const std::string& text, XmlElement& root, TextError& error)
{
    return XmlParser(text, error).ReadDocument(root);
}

} // namespace ns3::collective
