/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-iwarp-framing.h"
#include "ns3/cluster-length-framing.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <algorithm>
#include <string>
#include <vector>

/**
 * @ingroup cluster-tests
 * How messages lie in byte streams: plain, and as iWARP.
 */

using namespace ns3;
using namespace ns3::cluster;

namespace
{

/** Notes what a framing says. */
class Notes : public StreamFraming::User
{
  public:
    void StreamOpened(const StreamFraming::Opening& what) override
    {
        opening = what;
        ++opened;
    }

    void ItemArrived(const StreamFraming::Item& item) override
    {
        arrived.push_back(item);
    }

    void ItemAcknowledged(const StreamFraming::Item& item) override
    {
        acknowledged.push_back(item);
    }

    void StreamReady() override
    {
        ++ready;
    }

    void StreamBroken(const std::string& reason) override
    {
        broken = reason;
    }

    StreamFraming::Opening opening;                ///< what was said first
    std::vector<StreamFraming::Item> arrived;      ///< messages
    std::vector<StreamFraming::Item> acknowledged; ///< messages
    uint32_t opened{0};                            ///< times that it was said
    uint32_t ready{0};                             ///< times that there was more
    std::string broken;                            ///< why
};

/** Both ends of a stream. */
struct Stream
{
    /** @param framing its type @param segment bytes of a full packet */
    explicit Stream(const std::string& framing, uint32_t segment = 1460)
    {
        ObjectFactory factory(framing.substr(0, framing.find('/')));
        if (framing.find('/') != std::string::npos)
        {
            factory.Set("Verb", StringValue(framing.substr(framing.find('/') + 1)));
        }
        near = factory.Create<StreamFraming>();
        far = factory.Create<StreamFraming>();
        near->Open(&nearNotes, {7, 9, 0x01020304, 5}, segment);
        far->Accept(&farNotes);
    }

    /** @return all bytes that an end has, pulled by at most so many */
    static std::vector<uint8_t> PullAll(StreamFraming& framing, uint32_t room)
    {
        std::vector<uint8_t> bytes;
        while (const auto packet = framing.Pull(room))
        {
            const auto before = bytes.size();
            bytes.resize(before + packet->GetSize());
            packet->CopyData(bytes.data() + before, packet->GetSize());
        }
        return bytes;
    }

    /** Push bytes in packets of a size. */
    static void PushAll(StreamFraming& framing, const std::vector<uint8_t>& bytes, uint32_t size)
    {
        for (std::size_t at = 0; at < bytes.size(); at += size)
        {
            const auto here = static_cast<uint32_t>(std::min<std::size_t>(size, bytes.size() - at));
            framing.Push(Create<Packet>(bytes.data() + at, here));
        }
    }

    Notes nearNotes;         ///< of the opener
    Notes farNotes;          ///< of the other end
    Ptr<StreamFraming> near; ///< the opener
    Ptr<StreamFraming> far;  ///< the other end
};

/** Messages of many sizes through streams cut anywhere. */
class CutsTestCase : public TestCase
{
  public:
    explicit CutsTestCase(const std::string& framing)
        : TestCase(framing.substr(0, framing.find('/')) + ": streams cut anywhere"),
          m_framing(framing)
    {
    }

  private:
    void DoRun() override
    {
        const std::vector<uint64_t> sizes = {0, 1, 15, 16, 17, 1439, 1440, 1441, 70'000, 0, 3, 5};
        for (uint32_t cut : {1U, 3U, 16U, 1460U, 100'000U})
        {
            Stream stream(m_framing);
            for (std::size_t i = 0; i < sizes.size(); ++i)
            {
                stream.near->Post({sizes[i], i});
            }
            // iWARP waits for the reply to its request
            Stream::PushAll(*stream.far, Stream::PullAll(*stream.near, 1 << 20), cut);
            Stream::PushAll(*stream.near, Stream::PullAll(*stream.far, 1 << 20), cut);
            Stream::PushAll(*stream.far, Stream::PullAll(*stream.near, 1 << 20), cut);
            NS_TEST_ASSERT_MSG_EQ(stream.farNotes.broken, "", "not broken");
            NS_TEST_ASSERT_MSG_EQ(stream.farNotes.opened, 1, "opened once");
            const auto& opening = stream.farNotes.opening;
            NS_TEST_EXPECT_MSG_EQ(opening.source, 7, "source");
            NS_TEST_EXPECT_MSG_EQ(opening.destination, 9, "destination");
            NS_TEST_EXPECT_MSG_EQ(opening.channel, 0x01020304, "channel");
            NS_TEST_EXPECT_MSG_EQ(+opening.priority, 5, "class");
            NS_TEST_ASSERT_MSG_EQ(stream.farNotes.arrived.size(), sizes.size(), "all arrive");
            for (std::size_t i = 0; i < sizes.size(); ++i)
            {
                NS_TEST_EXPECT_MSG_EQ(stream.farNotes.arrived[i].bytes, sizes[i], "size");
                NS_TEST_EXPECT_MSG_EQ(stream.farNotes.arrived[i].tag, i, "in order");
            }
            // acknowledged message by message: one byte less than all is not enough for the last
            stream.near->Acknowledge(stream.near->GetPulled() - 1);
            NS_TEST_EXPECT_MSG_EQ(
                stream.nearNotes.acknowledged.size(), sizes.size() - 1, "but the last");
            StreamFraming::Item item;
            NS_TEST_EXPECT_MSG_EQ(stream.near->Abandon(item), true, "one is left");
            NS_TEST_EXPECT_MSG_EQ(item.tag, sizes.size() - 1, "the last");
            NS_TEST_EXPECT_MSG_EQ(stream.near->Abandon(item), false, "none is left");
        }
    }

    std::string m_framing; ///< type
};

/** Plain framing, byte by byte. */
class LengthTestCase : public TestCase
{
  public:
    LengthTestCase()
        : TestCase("plain framing: bytes")
    {
    }

  private:
    void DoRun() override
    {
        Stream stream("ns3::cluster::LengthFraming");
        NS_TEST_EXPECT_MSG_EQ((stream.near->Pull(100) == nullptr), true, "nothing to say yet");
        stream.near->Post({300, 0xab});
        NS_TEST_EXPECT_MSG_EQ((stream.near->Pull(15) == nullptr), true, "no room for a record");
        const auto bytes = Stream::PullAll(*stream.near, 100);
        // 16 for the opening, 16 for size and tag, 300
        NS_TEST_ASSERT_MSG_EQ(bytes.size(), 332, "bytes");
        const std::vector<uint8_t> expected = {0, 0,    0, 7, 0, 0, 0, 9, 1, 2,   3,
                                               4, 5,    0, 0, 0, 0, 0, 0, 0, 0,   0,
                                               1, 0x2c, 0, 0, 0, 0, 0, 0, 0, 0xab};
        NS_TEST_EXPECT_MSG_EQ(
            (std::equal(expected.begin(), expected.end(), bytes.begin())), true, "records");
        NS_TEST_EXPECT_MSG_EQ(stream.near->GetEfficiency(1460), 1, "all is message");
    }
};

/** iWARP, byte by byte, after RFC 5044, 5041 and 5040. */
class IwarpTestCase : public TestCase
{
  public:
    IwarpTestCase()
        : TestCase("iWARP: bytes")
    {
    }

  private:
    void DoRun() override
    {
        Stream stream("ns3::cluster::IwarpFraming");
        stream.near->Post({3000, 0xab});
        const auto request = Stream::PullAll(*stream.near, 1 << 20);
        NS_TEST_ASSERT_MSG_EQ(request.size(), 36, "20 bytes and private data");
        NS_TEST_EXPECT_MSG_EQ(
            std::string(request.begin(), request.begin() + 16), "MPA ID Req Frame", "key");
        NS_TEST_EXPECT_MSG_EQ(+request[16], 0, "no markers, no CRC");
        NS_TEST_EXPECT_MSG_EQ(+request[17], 1, "revision");
        NS_TEST_EXPECT_MSG_EQ(+request[19], 16, "private data");
        Stream::PushAll(*stream.far, request, 36);
        NS_TEST_EXPECT_MSG_EQ(stream.farNotes.ready, 1, "there is a reply");
        const auto reply = Stream::PullAll(*stream.far, 1 << 20);
        NS_TEST_ASSERT_MSG_EQ(reply.size(), 20, "no private data");
        NS_TEST_EXPECT_MSG_EQ(
            std::string(reply.begin(), reply.begin() + 16), "MPA ID Rep Frame", "key");
        Stream::PushAll(*stream.near, reply, 20);
        NS_TEST_EXPECT_MSG_EQ(stream.nearNotes.ready, 1, "there is a message");

        // MULPDU = 1460 - 6 = 1454, of which 14 are headers: RDMA Writes of 1440, 1440 and 120,
        // in FPDUs of 1460, 1460 and 2 + 14 + 120 + 4 = 140; the Send is 2 + 18 + 16 + 4 = 40.
        const auto bytes = Stream::PullAll(*stream.near, 1 << 20);
        NS_TEST_ASSERT_MSG_EQ(bytes.size(), 1460 + 1460 + 140 + 40, "bytes");
        const std::vector<uint8_t> second = {
            0x05, 0xae, 0x81, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x05, 0xa0};
        NS_TEST_EXPECT_MSG_EQ((std::equal(second.begin(), second.end(), bytes.begin() + 1460)),
                              true,
                              "length 1454, tagged, RDMA Write, STag 0, offset 1440");
        const std::vector<uint8_t> third = {
            0x00, 0x86, 0xc1, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b, 0x40};
        NS_TEST_EXPECT_MSG_EQ((std::equal(third.begin(), third.end(), bytes.begin() + 2920)),
                              true,
                              "length 134, tagged, last, offset 2880");
        const std::vector<uint8_t> send = {0x00, 0x22, 0x41, 0x43, 0, 0, 0, 0, 0, 0, 0, 0,
                                           0,    0,    0,    1,    0, 0, 0, 0, 0, 0, 0, 0,
                                           0,    0,    0x0b, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0xab};
        NS_TEST_EXPECT_MSG_EQ((std::equal(send.begin(), send.end(), bytes.begin() + 3060)),
                              true,
                              "length 34, untagged, last, Send, queue 0, MSN 1, offset 0, record");
        NS_TEST_EXPECT_MSG_EQ_TOL(
            stream.near->GetEfficiency(1460), 1440.0 / 1460, 1e-12, "of a long message");
        // a segment size that is no multiple of 4 is used up to one
        NS_TEST_EXPECT_MSG_EQ_TOL(
            stream.near->GetEfficiency(1463), 1440.0 / 1460, 1e-12, "multiples of 4");

        stream.near->Post({6, 1}); // headers and 6 bytes are 22, padded to 24
        NS_TEST_EXPECT_MSG_EQ((stream.near->Pull(27) == nullptr), true, "no room for an FPDU");
        NS_TEST_EXPECT_MSG_EQ(stream.near->Pull(28)->GetSize(), 28, "padded");
    }
};

/** Bytes that are no iWARP are found out. */
class IwarpBrokenTestCase : public TestCase
{
  public:
    IwarpBrokenTestCase()
        : TestCase("iWARP: wrong bytes")
    {
    }

  private:
    /** @return why the receiver gives up if a byte of the stream is another @param at which */
    static std::string Corrupt(std::size_t at, uint8_t bits)
    {
        Stream stream("ns3::cluster::IwarpFraming");
        stream.near->Post({100, 0});
        auto bytes = Stream::PullAll(*stream.near, 1 << 20);
        if (at < bytes.size())
        {
            bytes[at] ^= bits;
        }
        Stream::PushAll(*stream.far, bytes, 1000);
        Stream::PushAll(*stream.near, Stream::PullAll(*stream.far, 1000), 1000);
        auto more = Stream::PullAll(*stream.near, 1 << 20);
        if (at >= bytes.size() && at - bytes.size() < more.size())
        {
            more[at - bytes.size()] ^= bits;
        }
        Stream::PushAll(*stream.far, more, 1000);
        return stream.farNotes.broken;
    }

    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(Corrupt(100'000, 1), "", "no byte is another");
        const std::string negotiation = "no MPA request or reply that is understood";
        const std::string fpdu = "no FPDU that is understood";
        const std::string order = "an FPDU that does not follow the one before";
        NS_TEST_EXPECT_MSG_EQ(Corrupt(0, 1), negotiation, "key");
        NS_TEST_EXPECT_MSG_EQ(Corrupt(16, 0x80), negotiation, "markers");
        NS_TEST_EXPECT_MSG_EQ(Corrupt(17, 2), negotiation, "revision");
        NS_TEST_EXPECT_MSG_EQ(Corrupt(36 + 2, 2), fpdu, "version of DDP");
        NS_TEST_EXPECT_MSG_EQ(Corrupt(36 + 3, 1), fpdu, "an operation that is not used");
        NS_TEST_EXPECT_MSG_EQ(Corrupt(36 + 7, 1), order, "STag");
        NS_TEST_EXPECT_MSG_EQ(Corrupt(36 + 15, 1), order, "offset");
        // 100 bytes: 2 + 14 + 100 + 4 = 120, then the Send
        NS_TEST_EXPECT_MSG_EQ(Corrupt(36 + 120 + 15, 2), order, "number of the message");
        NS_TEST_EXPECT_MSG_EQ(
            Corrupt(36 + 120 + 27, 2), "a Send that tells of another message than came", "size");
    }
};

/** The suite. */
class ClusterStreamFramingTestSuite : public TestSuite
{
  public:
    ClusterStreamFramingTestSuite();
};

ClusterStreamFramingTestSuite::ClusterStreamFramingTestSuite()
    : TestSuite("weft-cluster-stream-framing", TestSuite::Type::UNIT)
{
    AddTestCase(new CutsTestCase("ns3::cluster::LengthFraming"));
    AddTestCase(new CutsTestCase("ns3::cluster::IwarpFraming"));
    AddTestCase(new CutsTestCase("ns3::cluster::IwarpFraming/Send"));
    AddTestCase(new LengthTestCase);
    AddTestCase(new IwarpTestCase);
    AddTestCase(new IwarpBrokenTestCase);
}

ClusterStreamFramingTestSuite g_clusterStreamFramingTestSuite; ///< registers the suite

} // namespace
