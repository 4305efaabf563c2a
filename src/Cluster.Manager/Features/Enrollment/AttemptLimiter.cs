using System.Collections.Concurrent;
using System.Net;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>Slows down those who guess: only refused attempts count, so that a fleet behind one address can join at full speed.</summary>
internal sealed class AttemptLimiter(TimeProvider clock)
{
    private const int Burst = 20;
    private const int MaxAddresses = 100_000;
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<IPAddress, Bucket> buckets = new();

    /// <summary>Whether the address may try now.</summary>
    public bool MayTry(IPAddress? address) => !buckets.TryGetValue(Key(address), out var bucket) || bucket.Left(clock.GetUtcNow()) >= 1;

    /// <summary>Counts a refused attempt.</summary>
    public void Refused(IPAddress? address)
    {
        var now = clock.GetUtcNow();
        if (buckets.Count >= MaxAddresses) DropFull(now);
        buckets.AddOrUpdate(
            Key(address), _ => new Bucket(Burst - 1, now), (_, bucket) => new Bucket(Math.Max(0, bucket.Left(now) - 1), now));
    }

    private void DropFull(DateTimeOffset now)
    {
        foreach (var (address, bucket) in buckets)
        {
            if (bucket.Left(now) >= Burst) buckets.TryRemove(address, out _);
        }
    }

    // One customer has a whole /64 of IPv6.
    private static IPAddress Key(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private readonly record struct Bucket(double Tokens, DateTimeOffset At)
    {
        public double Left(DateTimeOffset now) => Math.Min(Burst, Tokens + ((now - At) / Refill));
    }
}
