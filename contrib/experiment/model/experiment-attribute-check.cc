/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-attribute-check.h"

#include "experiment-quantity.h"
#include "experiment-suggestion.h"

#include "ns3/global-value.h"
#include "ns3/object-factory.h"
#include "ns3/pointer.h"
#include "ns3/string.h"

#include <algorithm>
#include <sstream>

namespace ns3::experiment
{

namespace
{

/** @return names of all registered classes */
std::vector<std::string>
ListAllTypes()
{
    std::vector<std::string> names;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        names.push_back(TypeId::GetRegistered(i).GetName());
    }
    std::sort(names.begin(), names.end()); // the order of registration is the linker's
    return names;
}

/** @return whether a name starts with a text */
bool
StartsWith(const std::string& name, const std::string& start)
{
    return name.compare(0, start.size(), start) == 0;
}

/** @return texts of an enumeration, from "A|B|C" */
std::vector<std::string>
SplitChoices(const std::string& choices)
{
    std::vector<std::string> names;
    std::size_t from = 0;
    while (from <= choices.size())
    {
        const std::size_t bar = std::min(choices.find('|', from), choices.size());
        names.push_back(choices.substr(from, bar - from));
        from = bar + 1;
    }
    return names;
}

/**
 * Check the text form of an object factory: Type or Type[Attribute=value|Attribute=value].
 *
 * @param text the text
 * @param base name of the class that the object must be derived from, or empty
 * @return an empty string, or what is wrong
 */
std::string
CheckFactory(const std::string& text, const std::string& base)
{
    const std::size_t bracket = text.find('[');
    const std::string name = text.substr(0, bracket);
    std::string error = CheckTypeName(name, base);
    if (!error.empty() || bracket == std::string::npos)
    {
        return error;
    }
    const std::size_t last = text.size() - 1;
    if (text.find(']') != last || text.find('[', bracket + 1) != std::string::npos ||
        last == bracket + 1)
    {
        return Quote(text) + " is malformed, expected Type[Attribute=value|Attribute=value]";
    }
    const TypeId type = TypeId::LookupByName(name);
    for (const auto& setting : SplitChoices(text.substr(bracket + 1, last - bracket - 1)))
    {
        const std::size_t equal = setting.find('=');
        TypeId::AttributeInformation info;
        if (equal == std::string::npos ||
            !type.LookupAttributeByName(setting.substr(0, equal), &info))
        {
            return Quote(setting) + " sets no attribute of " + name + ", expected Attribute=value";
        }
        error = CheckAttributeValue(info.checker, setting.substr(equal + 1));
        if (!error.empty())
        {
            return error;
        }
    }
    return "";
}

/** @return what is wrong with a text as the value of a DataRate attribute */
std::string
CheckRateForm(const std::string& value)
{
    std::string error;
    if (value != "0bps")
    {
        ParseRate(value, error);
    }
    if (error.empty() && value.find_first_of("TeE") != std::string::npos)
    {
        error = Quote(value) + " has a form that ns-3's DataRate does not know, expected a rate "
                               "without exponent, at most in Gbps";
    }
    return error;
}

/**
 * Check that a text has the form of a number, time, rate or truth value; the range is left to the
 * checker of the attribute.
 *
 * @param type the type of value, without namespace
 * @param value the text
 * @param [out] error what is wrong, or empty
 * @return whether the type is one of these
 */
bool
CheckPlainForm(const std::string& type, const std::string& value, std::string& error)
{
    if (type == "UintegerValue")
    {
        ParseUnsigned(value, error);
    }
    else if (type == "IntegerValue")
    {
        ParseInteger(value, error);
    }
    else if (type == "DoubleValue")
    {
        ParseReal(value, error);
    }
    else if (type == "BooleanValue")
    {
        ParseBoolean(value, error);
    }
    else if (type == "TimeValue")
    {
        // ParseTime knows no sign; ranges that allow negative times are the checker's business
        ParseTime(StartsWith(value, "-") ? value.substr(1) : value, error);
    }
    else if (type == "DataRateValue")
    {
        error = CheckRateForm(value);
    }
    else
    {
        return false;
    }
    return true;
}

/** @return what is wrong with a text as a list of stampers: names joined by commas, or "none" */
std::string
CheckStampers(const std::string& text)
{
    std::istringstream names(text == "none" ? "" : text);
    for (std::string name; std::getline(names, name, ',');)
    {
        const std::string error = CheckTypeName(name, "ns3::fabric::Stamper");
        if (!error.empty())
        {
            return error;
        }
    }
    return "";
}

/**
 * Check that a text has the form of a value of a type; the range is left to the checker.
 *
 * @param checker the attribute's checker
 * @param value the text
 * @return an empty string, or what is wrong
 */
std::string
CheckForm(const Ptr<const AttributeChecker>& checker, const std::string& value)
{
    // ns-3 is not of one mind whether the namespace belongs to the name
    const std::string full = checker->GetValueTypeName();
    const std::string type = StartsWith(full, "ns3::") ? full.substr(5) : full;
    std::string error;
    if (type == "StringValue" || CheckPlainForm(type, value, error))
    {
        return error;
    }
    if (StartsWith(type, "EnumValue"))
    {
        const std::string choices = checker->GetUnderlyingTypeInformation();
        const auto names = SplitChoices(choices);
        const bool known = std::find(names.begin(), names.end(), value) != names.end();
        return known ? "" : Quote(value) + " is not one of " + choices;
    }
    if (type == "TypeIdValue")
    {
        return CheckTypeName(value, "");
    }
    if (type == "ObjectFactoryValue")
    {
        return CheckFactory(value, "");
    }
    if (type == "StamperListValue")
    {
        return CheckStampers(value);
    }
    if (type == "ClassWeightsValue" || type == "ClassRatesValue")
    {
        return ""; // its own reader says whether it is well formed
    }
    if (const auto* pointer = dynamic_cast<const PointerChecker*>(PeekPointer(checker)))
    {
        return CheckFactory(value, pointer->GetPointeeTypeId().GetName());
    }
    return "values of type " + type + " cannot be given as text here";
}

} // namespace

std::string
CheckAttributeValue(const Ptr<const AttributeChecker>& checker, const std::string& value)
{
    std::string error = CheckForm(checker, value);
    if (error.empty() && !checker->CreateValidValue(StringValue(value)))
    {
        error = Quote(value) + " is out of range, expected " +
                (checker->HasUnderlyingTypeInformation() ? checker->GetUnderlyingTypeInformation()
                                                         : checker->GetValueTypeName());
    }
    return error;
}

std::string
CheckAttributeDefault(const std::string& fullName, const std::string& value)
{
    const std::size_t colon = fullName.rfind("::");
    if (colon == std::string::npos || colon == 0 || colon + 2 == fullName.size())
    {
        return Quote(fullName) + " names no attribute, expected ns3::Type::Attribute";
    }
    const std::string typeName = fullName.substr(0, colon);
    const std::string attribute = fullName.substr(colon + 2);
    TypeId type;
    if (!TypeId::LookupByNameFailSafe(typeName, &type))
    {
        return "there is no class " + Quote(typeName) + "; " + Suggest(typeName, ListAllTypes());
    }
    std::vector<std::string> own;
    for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
    {
        const auto info = type.GetAttribute(i);
        own.push_back(info.name);
        if (info.name != attribute)
        {
            continue;
        }
        if (!(info.flags & TypeId::ATTR_CONSTRUCT) || !info.accessor->HasSetter())
        {
            return "attribute " + Quote(fullName) + " cannot be set, it is for reading";
        }
        const std::string family = GetAttributeFamily(info);
        const std::string error = family.empty() ? "" : CheckFactory(value, family);
        return error.empty() ? CheckAttributeValue(info.checker, value) : error;
    }
    for (TypeId base = type; base.HasParent();)
    {
        base = base.GetParent();
        for (std::size_t i = 0; i < base.GetAttributeN(); ++i)
        {
            if (base.GetAttribute(i).name == attribute)
            {
                return "attribute " + Quote(attribute) + " belongs to the base class, expected " +
                       base.GetName() + "::" + attribute;
            }
        }
    }
    return "class " + typeName + " has no attribute " + Quote(attribute) + "; " +
           Suggest(attribute, own);
}

std::string
CheckGlobalValue(const std::string& name, const std::string& value)
{
    for (auto it = GlobalValue::Begin(); it != GlobalValue::End(); ++it)
    {
        if ((*it)->GetName() != name)
        {
            continue;
        }
        if (name == "SchedulerType")
        {
            return CheckTypeName(value, "ns3::Scheduler");
        }
        if (name == "SimulatorImplementationType")
        {
            return CheckTypeName(value, "ns3::SimulatorImpl");
        }
        return CheckAttributeValue((*it)->GetChecker(), value);
    }
    return "there is no global value " + Quote(name) + "; " + Suggest(name, ListGlobalValues());
}

std::vector<std::string>
ListGlobalValues()
{
    std::vector<std::string> names;
    for (auto it = GlobalValue::Begin(); it != GlobalValue::End(); ++it)
    {
        names.push_back((*it)->GetName());
    }
    return names;
}

std::string
CheckTypeName(const std::string& name, const std::string& base)
{
    TypeId type;
    if (!TypeId::LookupByNameFailSafe(name, &type))
    {
        const auto known = base.empty() ? ListAllTypes() : ListTypes(base);
        return "there is no class " + Quote(name) + "; " + Suggest(name, known);
    }
    const bool derived =
        base.empty() || type.GetName() == base || type.IsChildOf(TypeId::LookupByName(base));
    if (!derived || !type.HasConstructor())
    {
        return Quote(name) + " cannot be used here, expected a class derived from " +
               (base.empty() ? "ns3::Object" : base);
    }
    return "";
}

std::string
GetAttributeClass(const TypeId::AttributeInformation& info)
{
    const AttributeValue* value = PeekPointer(info.originalInitialValue);
    if (const auto* factory = dynamic_cast<const ObjectFactoryValue*>(value))
    {
        return factory->Get().IsTypeIdSet() ? factory->Get().GetTypeId().GetName() : "";
    }
    if (const auto* text = dynamic_cast<const StringValue*>(value))
    {
        const std::string name = text->Get().substr(0, text->Get().find('['));
        TypeId type;
        return TypeId::LookupByNameFailSafe(name, &type) ? name : "";
    }
    return "";
}

std::string
GetAttributeFamily(const TypeId::AttributeInformation& info)
{
    if (const auto* pointer = dynamic_cast<const PointerChecker*>(PeekPointer(info.checker)))
    {
        return pointer->GetPointeeTypeId().GetName();
    }
    const std::string name = GetAttributeClass(info);
    if (name.empty())
    {
        return "";
    }
    TypeId family = TypeId::LookupByName(name);
    while (family.HasParent() && family.GetParent().GetName() != "ns3::Object")
    {
        family = family.GetParent();
    }
    return family.GetName();
}

std::string
GetShortTypeName(const std::string& name)
{
    std::string text;
    for (const char c : name.substr(name.rfind(':') + 1))
    {
        const bool capital = c >= 'A' && c <= 'Z';
        text += capital && !text.empty() ? "-" : "";
        text += capital ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

std::vector<std::string>
ListTypes(const std::string& base)
{
    std::vector<std::string> names;
    const TypeId baseType = TypeId::LookupByName(base);
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId type = TypeId::GetRegistered(i);
        if (type.HasConstructor() && (type == baseType || type.IsChildOf(baseType)))
        {
            names.push_back(type.GetName());
        }
    }
    std::sort(names.begin(), names.end()); // the order of registration is the linker's
    return names;
}

} // namespace ns3::experiment
