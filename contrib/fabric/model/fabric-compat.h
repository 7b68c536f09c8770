/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_COMPAT_H
#define FABRIC_COMPAT_H

#include "ns3/enum.h"

#include <type_traits>
#include <utility>

/**
 * @file
 * @ingroup fabric
 * What differs between the releases of ns-3 that Weft builds against, found by feature and not by
 * version number.
 */

namespace ns3::fabric::compat
{

/** Whether MakeEnumAccessor takes the enum type as its template argument (ns-3.41 and later). */
template <typename E, typename A, typename = void>
struct HasTypedEnumAccessor : std::false_type
{
};

/// @copydoc HasTypedEnumAccessor
template <typename E, typename A>
struct HasTypedEnumAccessor<E, A, std::void_t<decltype(MakeEnumAccessor<E>(std::declval<A>()))>>
    : std::true_type
{
};

/**
 * @tparam E an unscoped enum nested in a class
 * @param member pointer to a member of that type
 * @return accessor for an attribute with EnumValue
 */
template <typename E, typename A>
Ptr<const AttributeAccessor>
MakeEnumAccessorFor(A member)
{
    if constexpr (HasTypedEnumAccessor<E, A>::value)
    {
        return MakeEnumAccessor<E>(member);
    }
    else
    {
        return MakeEnumAccessor(member);
    }
}

/**
 * @tparam E an unscoped enum nested in a class
 * @param a setter or getter @param b the other
 * @return accessor for an attribute with EnumValue
 */
template <typename E, typename A, typename B>
Ptr<const AttributeAccessor>
MakeEnumAccessorFor(A a, B b)
{
    if constexpr (HasTypedEnumAccessor<E, A>::value)
    {
        return MakeEnumAccessor<E>(a, b);
    }
    else
    {
        return MakeEnumAccessor(a, b);
    }
}

} // namespace ns3::fabric::compat

#endif /* FABRIC_COMPAT_H */
