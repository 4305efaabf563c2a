using System.Security.Cryptography;
using System.Text;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Failures;
using Cluster.Pki.Names;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.Fleet;

/// <summary>What agents announce of their services: checked, stored, and read again as capabilities.</summary>
internal static class Announcements
{
    /// <summary>Services that a host may announce.</summary>
    public const int MaxServices = 64;

    private const int MaxNameLength = 253;
    private const int MaxEntries = 4096;

    /// <summary>Returns what is wrong with an announcement; null = nothing.</summary>
    public static Failure? Check(IReadOnlyCollection<ServiceAnnouncement> services)
    {
        if (services.Count > MaxServices) return Invalid($"A host may announce at most {MaxServices} services.");
        if (services.Select(s => s.Name).Distinct(StringComparer.Ordinal).Count() != services.Count)
            return Invalid("Two services have the same name.");
        return services.All(IsWithinLimits)
            ? null
            : Invalid(
                "A name is empty, longer than 253 characters or has a control character, an endpoint has no IP address and port, or a "
                    + "service has more than 4,096 entries.");
    }

    /// <summary>Serialises Hello for storage, without what changes all the time.</summary>
    public static byte[] Store(Hello hello)
    {
        var copy = hello.Clone();
        copy.Status = null;
        copy.Assignment = null;
        copy.BootId = "";
        copy.TrustSetNumber = 0;
        copy.OrdersDone = 0;
        return copy.ToByteArray();
    }

    /// <summary>Reads a stored announcement as the capabilities of its services; empty = it has announced none yet.</summary>
    public static IReadOnlyList<ServiceCapabilities> Capabilities(byte[] announcement) =>
        [.. Read(announcement).Services.Select(ToCapabilities)];

    /// <summary>Reads a stored announcement.</summary>
    public static Hello Read(byte[] announcement) => announcement.Length == 0 ? new Hello() : Hello.Parser.ParseFrom(announcement);

    /// <summary>
    /// Hash over what decides the content of bundles: equal hash, equal capabilities, whatever the order and the addresses.
    /// </summary>
    public static string Hash(IEnumerable<ServiceAnnouncement> services)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var service in services.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            Append(hash, [service.Name, service.Driver]);
            Append(hash, service.Kinds.Distinct().Order(StringComparer.Ordinal));
            Append(hash, service.Endpoints.Select(e => $"{e.Kind}\0{e.Name}").Distinct().Order(StringComparer.Ordinal));
            Append(hash, service.Features.Distinct().Order(StringComparer.Ordinal));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static ServiceCapabilities ToCapabilities(ServiceAnnouncement service) => new()
    {
        Name = service.Name,
        Driver = service.Driver,
        Kinds = service.Kinds.ToHashSet(StringComparer.Ordinal),
        Endpoints = service.Endpoints.Select(e => new EndpointName(e.Kind, e.Name)).ToHashSet(),
        Features = service.Features.ToHashSet(StringComparer.Ordinal),
    };

    private static bool IsWithinLimits(ServiceAnnouncement service) =>
        IsName(service.Name) && IsName(service.Driver)
        && service.Kinds.Count + service.Endpoints.Count + service.Features.Count <= MaxEntries
        && service.Kinds.Concat(service.Features).All(IsName)
        && service.Endpoints.All(IsWithinLimits);

    private static bool IsWithinLimits(Protocol.V1.Endpoint endpoint) =>
        IsName(endpoint.Kind)
            && IsName(endpoint.Name)
            && IpAddressText.TryRead(endpoint.Address, out _)
            && endpoint.Port is > 0 and <= ushort.MaxValue;

    /// <summary>
    /// Whether a text can be the name of a service, a driver or an endpoint. The hash separates names and lists by control
    /// characters: with one inside a name, unequal announcements could hash alike.
    /// </summary>
    public static bool IsName(string text) => text.Length is > 0 and <= MaxNameLength && !text.Any(char.IsControl);

    private static void Append(IncrementalHash hash, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(value));
            hash.AppendData([0]);
        }

        hash.AppendData([1]);
    }

    private static Failure Invalid(string detail) => new(FailureCategory.Invalid, AgentCodes.AnnouncementInvalid, detail);
}
