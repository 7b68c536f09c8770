/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_STAMPER_LIST_H
#define FABRIC_STAMPER_LIST_H

#include "ns3/attribute-helper.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace ns3::fabric
{

/**
 * Types of stampers, as an attribute: full names joined by commas, or "none".
 * For example "ns3::fabric::IntStamper,ns3::fabric::CsigStamper".
 */
struct StamperList
{
    std::vector<std::string> types; ///< names of types derived from Stamper
};

/** @param os the stream @param list what to print @return the stream */
std::ostream& operator<<(std::ostream& os, const StamperList& list);
/** @param is the stream @param list what was read @return the stream, failed if a name is none */
std::istream& operator>>(std::istream& is, StamperList& list);

ATTRIBUTE_HELPER_HEADER(StamperList);

} // namespace ns3::fabric

#endif /* FABRIC_STAMPER_LIST_H */
