using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Agent.State;
using Cluster.Contracts.Json;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>Options of a service with this driver in the host's own file.</summary>
internal sealed record LdapClientOptions
{
    private const string DefaultPostfixUser = "postfix";

    /// <summary>Absolute path; keys and authorities are below <c>cluster/current</c> in it.</summary>
    public required string ConfigDirectory { get; init; }

    /// <summary>Users whose <c>~/.ldaprc</c> is managed; absent = none.</summary>
    public IReadOnlyList<LdapUser>? Users { get; init; }

    /// <summary>Files of LDAP maps of Postfix (ldap_table(5)) that are managed; absent = none.</summary>
    public IReadOnlyList<PostfixMap>? PostfixMaps { get; init; }

    /// <summary>User that Postfix's daemons run as (<c>mail_owner</c>); absent = <c>postfix</c>.</summary>
    public string? PostfixUser { get; init; }

    /// <summary>Configuration directory of that Postfix; absent = <c>/etc/postfix</c>.</summary>
    public string? PostfixDirectory { get; init; }

    /// <summary>
    /// Servers to which each user's connection is tried, for example <c>ldaps://ldap.example.com:636</c>; absent = none is tried.
    /// </summary>
    public IReadOnlyList<string>? Servers { get; init; }

    /// <summary>The user of Postfix's daemons.</summary>
    [JsonIgnore]
    public string MailOwner => PostfixUser ?? DefaultPostfixUser;

    /// <summary>What is wrong with them, with pointers into the service's entry.</summary>
    public static IEnumerable<FieldError> Check(LdapClientOptions options)
    {
        foreach (var error in DriverEntry.AbsolutePath("/configDirectory", options.ConfigDirectory)) yield return error;
        foreach (var (index, user) in (options.Users ?? []).Index())
        {
            if (Privileges.Find(user.Name) is null)
                yield return new FieldError($"/users/{index}/name", FieldErrorCodes.Unknown, $"there is no user {user.Name} on this host.");
            if (user.Home is { } home)
                foreach (var error in DriverEntry.AbsolutePath($"/users/{index}/home", home)) yield return error;
        }

        foreach (var (index, map) in (options.PostfixMaps ?? []).Index())
        {
            foreach (var error in DriverEntry.AbsolutePath($"/postfixMaps/{index}/file", map.File)) yield return error;
        }

        if (options.PostfixMaps is { Count: > 0 } && Privileges.Find(options.MailOwner) is null)
            yield return new FieldError("/postfixUser", FieldErrorCodes.Unknown, $"there is no user {options.MailOwner} on this host.");
        if (options.PostfixDirectory is { } directory)
            foreach (var error in DriverEntry.AbsolutePath("/postfixDirectory", directory)) yield return error;
        foreach (var (index, server) in (options.Servers ?? []).Index())
        {
            if (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || uri.Scheme != "ldaps" || uri.Host.Length == 0)
                yield return new FieldError($"/servers/{index}", FieldErrorCodes.Value, "use ldaps://HOST:PORT.");
        }
    }
}

/// <summary>One user whose programs speak LDAP.</summary>
internal sealed record LdapUser
{
    /// <summary>As the host knows the user.</summary>
    public required string Name { get; init; }

    /// <summary>What <c>HOME</c> is for these programs; absent = the home directory that the host knows.</summary>
    public string? Home { get; init; }
}

/// <summary>A file of ldap_table(5) whose options of TLS are managed.</summary>
internal sealed record PostfixMap
{
    /// <summary>Absolute path of the file that main.cf names after <c>ldap:</c>.</summary>
    public required string File { get; init; }

    /// <summary>A key that is looked up to see whether the map connects; absent = it is only read back.</summary>
    public string? ProbeKey { get; init; }
}

/// <summary>Serializer metadata of the options, and of the lines of a generation, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LdapClientOptions))]
[JsonSerializable(typeof(SortedDictionary<string, string[]>))]
internal sealed partial class LdapClientOptionsJson : JsonSerializerContext;
