using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.State;
using Cluster.Contracts.Files;
using Cluster.Contracts.Json;

namespace Cluster.Agent.Drivers.Files;

/// <summary>Says what is wrong with the options of a service, with pointers into its entry.</summary>
internal static class FilesOptionsCheck
{
    private const int LongestTimeout = 300;
    private const UnixFileMode Whole = AtomicFile.Private | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public static IEnumerable<FieldError> Check(FilesDriverOptions options)
    {
        foreach (var error in DriverEntry.AbsolutePath("/configDirectory", options.ConfigDirectory)) yield return error;
        foreach (var error in HostCommand.Check("/reloadCommand", options.ReloadCommand)) yield return error;
        foreach (var error in HostCommand.Check("/checkCommand", options.CheckCommand)) yield return error;
        if (options.CommandTimeout is < 1 or > LongestTimeout)
            yield return new FieldError("/commandTimeout", FieldErrorCodes.Range, "use 1 to 300 seconds.");
        foreach (var (index, output) in (options.Outputs ?? []).Index())
        {
            foreach (var error in Check($"/outputs/{index}", output)) yield return error;
        }

        foreach (var error in Twice(options.Outputs ?? [])) yield return error;
    }

    /// <summary>Mode and owner of the files of an output; null when a name or the mode is wrong.</summary>
    public static FileRights? RightsOf(FileOutput output)
    {
        var owner = output.Owner is { } user ? Privileges.Find(user) : FileRights.Own.Owner;
        if (owner is not { } found) return null;
        if (output.Group is { } group)
        {
            if (Privileges.FindGroup(group) is not { } id) return null;
            found = found with { Group = id };
        }

        var mode = output.Mode is { } given ? ModeOf(given) : DefaultMode(output);
        return mode is { } m ? new FileRights(m, found) : null;
    }

    private static IEnumerable<FieldError> Check(string at, FileOutput output)
    {
        if (output.Client is null == output.Certificate is null)
            yield return new FieldError(at, FieldErrorCodes.Required, "name either a client or a certificate.");
        if (output.File is { } file && !IsPlain(file))
            yield return new FieldError($"{at}/file", FieldErrorCodes.Name, "use letters, digits, '.', '_' and '-', beginning with a "
                + "letter or digit: the file is always below cluster/current.");
        if (output.Owner is { } user && Privileges.Find(user) is null)
            yield return new FieldError($"{at}/owner", FieldErrorCodes.Unknown, $"there is no user {user} on this host.");
        if (output.Group is { } group && Privileges.FindGroup(group) is null)
            yield return new FieldError($"{at}/group", FieldErrorCodes.Unknown, $"there is no group {group} on this host.");
        if (output.Mode is { } mode && ModeOf(mode) is null)
            yield return new FieldError($"{at}/mode", FieldErrorCodes.Value, "use an octal mode such as 0640 that the owner can read, and "
                + "that lets nobody execute and others neither read nor write: the file holds a private key.");
        foreach (var error in Password(at, output)) yield return error;
    }

    private static IEnumerable<FieldError> Password(string at, FileOutput output)
    {
        if (output.Form == OutputFormat.Pkcs12)
        {
            if (output.PasswordFile is not { } path)
                yield return new FieldError($"{at}/passwordFile", FieldErrorCodes.Required, "name the file that holds the password of the "
                    + "PKCS#12.");
            else foreach (var error in DriverEntry.AbsolutePath($"{at}/passwordFile", path)) yield return error;
            yield break;
        }

        if (output.PasswordFile is not null)
            yield return new FieldError($"{at}/passwordFile", FieldErrorCodes.NotHere, "only a PKCS#12 has a password.");
        if (output.Profile is not null)
            yield return new FieldError($"{at}/profile", FieldErrorCodes.NotHere, "only a PKCS#12 has a profile.");
    }

    private static IEnumerable<FieldError> Twice(IReadOnlyList<FileOutput> outputs)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, output) in outputs.Index())
        {
            var names = PlannedOutput.FileNames(output.Form, output.File ?? output.Client ?? output.Certificate ?? "");
            foreach (var name in names.Where(n => !seen.Add(n)))
                yield return new FieldError($"/outputs/{index}", FieldErrorCodes.Duplicate, $"an output before it writes {name} too; give "
                    + "one of them another file.");
        }
    }

    private static UnixFileMode DefaultMode(FileOutput output) =>
        output.Group is null ? AtomicFile.Private : AtomicFile.Private | UnixFileMode.GroupRead;

    private static UnixFileMode? ModeOf(string text)
    {
        if (text.Length is < 3 or > 4 || text.Any(c => c is < '0' or > '7')) return null;
        var mode = (UnixFileMode)Convert.ToInt32(text, 8);
        return (mode & ~Whole) == 0 && mode.HasFlag(UnixFileMode.UserRead) ? mode : null;
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 100
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
