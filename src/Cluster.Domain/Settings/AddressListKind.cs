using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Pki.Names;

namespace Cluster.Domain.Settings;

/// <summary>Lists of mail addresses; they go to hosts with the mail flow policies that name them.</summary>
internal sealed class AddressListKind() : KindDefinition<AddressList>(Reach.Referenced)
{
    private const int MaximumAddresses = 20000;

    protected override IReadOnlyList<DocumentRule<AddressList>> Rules { get; } =
    [
        static (list, _) => Size(list.Addresses),
        static (list, _) => list.Addresses.Take(MaximumAddresses).SelectMany((address, i) => Address(address, $"/addresses/{i}")),
        static (list, _) => FieldRules.Unique(list.Addresses, "/addresses", "address", Normalized),
    ];

    private static IEnumerable<FieldError> Size(IReadOnlyList<string> addresses)
    {
        if (addresses.Count == 0)
            yield return new FieldError(
                "/addresses", FieldErrorCodes.Empty, "An empty list matches nobody; name addresses, or delete the list.");
        if (addresses.Count > MaximumAddresses)
            yield return new FieldError(
                "/addresses", FieldErrorCodes.TooMany, $"A list has at most {MaximumAddresses} addresses; this one has {addresses.Count}.");
    }

    private static IEnumerable<FieldError> Address(string address, string pointer)
    {
        if (address.StartsWith("*@", StringComparison.Ordinal))
            yield return new FieldError(
                pointer,
                FieldErrorCodes.Address,
                $"'*' is no wildcard, but a user of that name; for every address of a domain write {Everybody(address[1..])}.");
        else if (!IsAddress(address))
            yield return new FieldError(
                pointer,
                FieldErrorCodes.Address,
                "An entry is user@example.org, user@, @example.org or @.example.org for its sub-domains.");
    }

    private static string Everybody(string domain) => IsAddress(domain) ? domain : "@example.org";

    private static bool IsAddress(string address)
    {
        var at = address.LastIndexOf('@');
        if (at < 0 || address.Length == 1) return false;
        var (user, domain) = (address[..at], address[(at + 1)..]);
        if (user.Length > 0 && !MailAddress.IsLocalPart(user)) return false;
        if (domain.Length == 0) return user.Length > 0;
        return DnsNames.TryNormalise(user.Length == 0 && domain.StartsWith('.') ? domain[1..] : domain, out _);
    }

    // The local part is compared as written (RFC 5321, 2.3.11), the domain without regard to case.
    private static string Normalized(string address)
    {
        var at = address.LastIndexOf('@') + 1;
        var under = address.AsSpan(at).StartsWith(".") ? "." : "";
        return address[..at] + under + FieldRules.Domain(address[(at + under.Length)..]);
    }
}
