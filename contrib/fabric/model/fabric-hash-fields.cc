/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-hash-fields.h"

#include <array>
#include <istream>
#include <ostream>
#include <string>
#include <utility>

namespace ns3::fabric
{

ATTRIBUTE_HELPER_CPP(HashFields);

namespace
{

/** Names of the fields, in the order in which they are printed. */
constexpr std::array<std::pair<const char*, bool HashFields::*>, 5> NAMES = {
    {{"source", &HashFields::source},
     {"destination", &HashFields::destination},
     {"entropy", &HashFields::entropy},
     {"qp", &HashFields::qp},
     {"class", &HashFields::priority}}};

} // namespace

std::ostream&
operator<<(std::ostream& os, const HashFields& fields)
{
    const char* separator = "";
    for (const auto& [name, member] : NAMES)
    {
        if (fields.*member)
        {
            os << separator << name;
            separator = ",";
        }
    }
    return os;
}

std::istream&
operator>>(std::istream& is, HashFields& fields)
{
    HashFields read{false, false, false, false, false};
    std::string name;
    std::string text;
    std::getline(is, text); // all of it, so that nothing is left behind
    for (std::size_t begin = 0; begin <= text.size(); begin += name.size() + 1)
    {
        name = text.substr(begin, text.find(',', begin) - begin);
        bool known = false;
        for (const auto& [candidate, member] : NAMES)
        {
            if (name == candidate)
            {
                read.*member = true;
                known = true;
            }
        }
        if (!known)
        {
            is.setstate(std::ios::failbit);
            return is;
        }
    }
    fields = read;
    return is;
}

FieldHash::FieldHash(const HashFields& fields, uint64_t salt)
    : m_pairMask((fields.source ? uint64_t{UINT32_MAX} << 32 : 0) |
                 (fields.destination ? uint64_t{UINT32_MAX} : 0)),
      m_salt(salt),
      m_entropyMask(fields.entropy ? UINT16_MAX : 0),
      m_more(fields.qp || fields.priority),
      m_qp(fields.qp),
      m_priority(fields.priority)
{
}

} // namespace ns3::fabric
