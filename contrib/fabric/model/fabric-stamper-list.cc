/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-stamper-list.h"

#include "fabric-stamper.h"

#include <istream>
#include <iterator>
#include <ostream>
#include <sstream>

namespace ns3::fabric
{

namespace
{

/** @param name a name @return whether it is a type of stampers that can be made */
bool
IsStamper(const std::string& name)
{
    TypeId type;
    return TypeId::LookupByNameFailSafe(name, &type) && type.IsChildOf(Stamper::GetTypeId()) &&
           type.HasConstructor();
}

} // namespace

ATTRIBUTE_HELPER_CPP(StamperList);

std::ostream&
operator<<(std::ostream& os, const StamperList& list)
{
    if (list.types.empty())
    {
        return os << "none";
    }
    const char* separator = "";
    for (const auto& name : list.types)
    {
        os << separator << name;
        separator = ",";
    }
    return os;
}

std::istream&
operator>>(std::istream& is, StamperList& list)
{
    // all of it, so that what is wrong is a failure and not a remainder
    std::string text{std::istreambuf_iterator<char>(is), std::istreambuf_iterator<char>()};
    list.types.clear();
    is.clear(std::ios_base::eofbit);
    if (text.empty() || text == "none")
    {
        return is;
    }
    std::istringstream names(text);
    for (std::string name; std::getline(names, name, ',');)
    {
        if (!IsStamper(name))
        {
            is.setstate(std::ios_base::failbit);
        }
        list.types.push_back(name);
    }
    return is;
}

} // namespace ns3::fabric
