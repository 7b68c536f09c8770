/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-class-rates.h"

#include "ns3/data-rate.h"
#include "ns3/string.h"

#include <istream>
#include <iterator>
#include <ostream>
#include <sstream>
#include <string>

namespace ns3::fabric
{

ATTRIBUTE_HELPER_CPP(ClassRates);

std::ostream&
operator<<(std::ostream& os, const ClassRates& rates)
{
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        os << (priority ? "," : "") << rates.bitRate[priority] << "bps";
    }
    return os;
}

std::istream&
operator>>(std::istream& is, ClassRates& rates)
{
    // all of it, so that what is wrong is a failure and not a remainder
    std::istringstream text(
        std::string{std::istreambuf_iterator<char>(is), std::istreambuf_iterator<char>()});
    is.clear(std::ios_base::eofbit);
    uint8_t n = 0;
    for (std::string word; std::getline(text, word, ',');)
    {
        const bool plain = word == "0";
        const std::size_t digits = word.find_first_not_of("0123456789.");
        const bool hasUnit = !word.empty() && digits != 0 && digits != std::string::npos;
        DataRate rate(0);
        std::istringstream number(word);
        const bool good = plain || (hasUnit && number >> rate);
        if (n == N_CLASSES || !good)
        {
            is.setstate(std::ios_base::failbit);
            return is;
        }
        rates.bitRate[n++] = rate.GetBitRate();
    }
    if (n != N_CLASSES)
    {
        is.setstate(std::ios_base::failbit);
    }
    return is;
}

} // namespace ns3::fabric
