/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-psp-seal.h"

#include <algorithm>

namespace ns3::rdma
{

namespace
{

/** @param value element of GF(2^8) of AES @return twice it */
constexpr uint8_t
Double(uint8_t value)
{
    return static_cast<uint8_t>(value << 1 ^ (value & 0x80 ? 0x1b : 0));
}

/** @param value a byte @param bits to turn it left by @return it */
constexpr uint8_t
Turn(uint8_t value, int bits)
{
    return static_cast<uint8_t>(value << bits | value >> (8 - bits));
}

/** The substitution of AES: inverse in GF(2^8), then an affine map (FIPS 197, 5.1.1). */
class SubstitutionBox
{
  public:
    SubstitutionBox()
    {
        // 3 generates all elements but 0: the inverse of 3^i is 3^(255 - i).
        std::array<uint8_t, 256> powers;
        powers[0] = 1;
        for (std::size_t i = 1; i < powers.size(); ++i)
        {
            powers[i] = powers[i - 1] ^ Double(powers[i - 1]);
        }
        m_values[0] = 0x63;
        for (std::size_t i = 0; i < 255; ++i)
        {
            const uint8_t inverse = powers[255 - i];
            m_values[powers[i]] = inverse ^ Turn(inverse, 1) ^ Turn(inverse, 2) ^ Turn(inverse, 3) ^
                                  Turn(inverse, 4) ^ 0x63;
        }
    }

    /** @param value a byte @return what stands for it */
    uint8_t operator()(uint8_t value) const
    {
        return m_values[value];
    }

  private:
    std::array<uint8_t, 256> m_values; ///< by byte
};

/** @return the substitution */
const SubstitutionBox&
GetSubstitution()
{
    static const SubstitutionBox box;
    return box;
}

/** Add a round key. */
void
Add(AesBlock& state, const AesBlock& key)
{
    for (std::size_t i = 0; i < state.size(); ++i)
    {
        state[i] ^= key[i];
    }
}

/** Substitute bytes, and turn row r left by r columns. @param state columns of four bytes */
AesBlock
SubstituteAndShift(const AesBlock& state)
{
    AesBlock out;
    for (std::size_t i = 0; i < out.size(); ++i)
    {
        out[i] = GetSubstitution()(state[(i + 4 * (i % 4)) % 16]);
    }
    return out;
}

/** Multiply each column by the fixed matrix (FIPS 197, 5.1.3). */
void
MixColumns(AesBlock& state)
{
    for (std::size_t column = 0; column < 16; column += 4)
    {
        uint8_t* a = state.data() + column;
        const uint8_t all = a[0] ^ a[1] ^ a[2] ^ a[3];
        const uint8_t first = a[0];
        for (std::size_t i = 0; i < 4; ++i)
        {
            a[i] ^= all ^ Double(a[i] ^ (i < 3 ? a[i + 1] : first));
        }
    }
}

/** @param bits coefficients of x^124 to x^127, of GCM's GF(2^128), first highest
 * @return first 16 coefficients of them times x^4 */
constexpr uint16_t
Reduce(uint32_t bits)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 4; ++i, bits >>= 1)
    {
        sum = sum >> 1 ^ (bits & 1 ? 0xe100 : 0);
    }
    return static_cast<uint16_t>(sum);
}

/** @param data 8 bytes @return the number that they are in network order */
uint64_t
Load(const uint8_t* data)
{
    uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i)
    {
        value = value << 8 | data[i];
    }
    return value;
}

/** @param value a number @param [out] data its 8 bytes in network order */
void
Store(uint64_t value, uint8_t* data)
{
    for (std::size_t i = 8; i-- > 0; value >>= 8)
    {
        data[i] = static_cast<uint8_t>(value);
    }
}

} // namespace

PspSeal::PspSeal(const AesBlock& key)
{
    const SubstitutionBox& substitute = GetSubstitution();
    m_roundKeys[0] = key;
    uint8_t constant = 1;
    for (uint32_t round = 1; round <= N_ROUNDS; ++round, constant = Double(constant))
    {
        const AesBlock& last = m_roundKeys[round - 1];
        AesBlock& next = m_roundKeys[round];
        for (std::size_t i = 0; i < 4; ++i)
        {
            next[i] = last[i] ^ substitute(last[12 + (i + 1) % 4]) ^ (i == 0 ? constant : 0);
        }
        for (std::size_t i = 4; i < next.size(); ++i)
        {
            next[i] = last[i] ^ next[i - 4];
        }
    }

    // The first of four bits is the coefficient of x^0; each after it once more times x.
    const AesBlock hashKey = Encrypt(AesBlock{});
    Element power{Load(hashKey.data()), Load(hashKey.data() + 8)};
    m_products[0] = Element{};
    for (std::size_t bit = 8; bit > 0; bit >>= 1)
    {
        m_products[bit] = power;
        const bool carry = power.low & 1;
        power.low = power.low >> 1 | power.high << 63;
        power.high = power.high >> 1 ^ (carry ? uint64_t{0xe1} << 56 : 0);
    }
    for (std::size_t i = 1; i < m_products.size(); ++i)
    {
        const std::size_t lowest = i & (~i + 1);
        const Element& rest = m_products[i ^ lowest];
        m_products[i] = i == lowest ? m_products[i]
                                    : Element{m_products[lowest].high ^ rest.high,
                                              m_products[lowest].low ^ rest.low};
    }
}

AesBlock
PspSeal::Encrypt(const AesBlock& block) const
{
    AesBlock state = block;
    Add(state, m_roundKeys[0]);
    for (uint32_t round = 1; round < N_ROUNDS; ++round)
    {
        state = SubstituteAndShift(state);
        MixColumns(state);
        Add(state, m_roundKeys[round]);
    }
    state = SubstituteAndShift(state);
    Add(state, m_roundKeys[N_ROUNDS]);
    return state;
}

PspSeal::Element
PspSeal::Hash(Element hash, const uint8_t* data, std::size_t size) const
{
    AesBlock block{};
    std::copy_n(data, size, block.begin());
    const uint64_t words[2] = {hash.high ^ Load(block.data()), hash.low ^ Load(block.data() + 8)};
    Element product;
    for (uint32_t i = 32; i-- > 0;) // four bits at a time, the last first
    {
        const auto carry = static_cast<uint32_t>(product.low & 0xf);
        product.low = product.low >> 4 | product.high << 60;
        product.high = product.high >> 4 ^ uint64_t { Reduce(carry) } << 48;
        const Element& term = m_products[words[i / 16] >> (60 - 4 * (i % 16)) & 0xf];
        product.high ^= term.high;
        product.low ^= term.low;
    }
    return product;
}

AesBlock
PspSeal::GetIcv(uint32_t spi, uint64_t iv, const uint8_t* data, std::size_t size) const
{
    Element hash;
    for (std::size_t at = 0; at < size; at += 16)
    {
        hash = Hash(hash, data + at, std::min<std::size_t>(16, size - at));
    }
    AesBlock lengths{};
    Store(uint64_t{size} * 8, lengths.data()); // nothing is encrypted
    hash = Hash(hash, lengths.data(), lengths.size());

    AesBlock counter;
    Store(uint64_t{spi} << 32 | iv >> 32, counter.data());
    Store(iv << 32 | 1, counter.data() + 8);
    AesBlock icv = Encrypt(counter);
    AesBlock sum;
    Store(hash.high, sum.data());
    Store(hash.low, sum.data() + 8);
    Add(icv, sum);
    return icv;
}

} // namespace ns3::rdma
