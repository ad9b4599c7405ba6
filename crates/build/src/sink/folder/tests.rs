//! What a folder holds while a build writes into it, and after.

use super::*;

type Tested = io::Result<()>;

/// The files below a folder with what they hold.
fn files(root: &Path) -> Vec<(String, String)> {
    let walk = WalkDir::new(root).sort_by_file_name().into_iter();
    let files = walk.flatten().filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
    files
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            (name(entry.path()).to_string_lossy().into_owned(), text)
        })
        .collect()
}

fn put_all(sink: &FolderSink, files: &[&str]) -> Tested {
    let folders = files
        .iter()
        .filter_map(|file| Some(file.rsplit_once('/')?.0));
    sink.prepare(&folders.collect())?;
    for file in files {
        assert_eq!(sink.put(file, b"new")?.0, Put::Written);
    }
    Ok(())
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(file, text): &(&str, &str)| ((*file).to_owned(), (*text).to_owned());
    files.iter().map(owned).collect()
}

#[test]
fn a_new_output_is_not_seen_before_it_is_whole() -> Tested {
    let folder = tempfile::tempdir()?;
    let root = folder.path().join("not/yet");
    let sink = FolderSink::new(&root).aside_if_new(["a", "index.html"].into_iter());
    put_all(&sink, &["a/b/c.html", "a/d", "index.html"])?;
    assert!(!root.join("a").exists() && !root.join("index.html").exists());
    assert_eq!(sink.look("a/d").map(|stamp| stamp.size), Some(3));
    assert_eq!(sink.recall("a/b/c.html", 1..3).as_deref(), Some("ew"));
    sink.publish()?;
    let whole = [("a/b/c.html", "new"), ("a/d", "new"), ("index.html", "new")];
    assert_eq!(files(&root), owned(&whole));
    assert_eq!(fs::read_dir(&root)?.count(), 2);
    Ok(())
}

#[test]
fn what_stands_in_the_output_decides() -> Tested {
    let cases: [(&[&str], bool); 5] = [
        (&[], true),
        (&["CNAME", ".git/HEAD"], true),
        (&["a/other"], false),
        (&["index.html"], false),
        (&["CNAME", "index.html/mine"], false),
    ];
    for (standing, is_aside) in cases {
        let folder = tempfile::tempdir()?;
        for file in standing {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap_or(folder.path()))?;
            fs::write(file, "old")?;
        }
        let sink = FolderSink::new(folder.path());
        let sink = sink.aside_if_new(["a", "index.html"].into_iter());
        assert_eq!(sink.aside.is_some(), is_aside, "{standing:?}");
        put_all(&sink, &["a/b"])?;
        assert_eq!(folder.path().join("a/b").exists(), !is_aside);
        sink.publish()?;
        let now = files(folder.path());
        assert_eq!(now.len(), standing.len() + 1, "{now:?}");
        assert!(folder.path().join("a/b").exists());
    }
    Ok(())
}

#[test]
fn a_new_output_takes_nothing_from_a_build_that_was_killed() -> Tested {
    let folder = tempfile::tempdir()?;
    let new = || FolderSink::new(folder.path()).aside_if_new(["a", "b"].into_iter());
    put_all(&new(), &["a/torn"])?;
    let sink = new();
    put_all(&sink, &["a/c", "b"])?;
    sink.publish()?;
    assert_eq!(files(folder.path()), owned(&[("a/c", "new"), ("b", "new")]));
    Ok(())
}

#[test]
fn what_came_about_in_the_meantime_is_added_to() -> Tested {
    let folder = tempfile::tempdir()?;
    let sink = FolderSink::new(folder.path()).aside_if_new(["a", "b"].into_iter());
    put_all(&sink, &["a/b/c", "a/d", "b"])?;
    fs::create_dir_all(folder.path().join("a/b"))?;
    for file in ["a/b/mine", "a/d", "b"] {
        fs::write(folder.path().join(file), "old")?;
    }
    sink.publish()?;
    let all = [
        ("a/b/c", "new"),
        ("a/b/mine", "old"),
        ("a/d", "new"),
        ("b", "new"),
    ];
    assert_eq!(files(folder.path()), owned(&all));
    Ok(())
}

#[test]
fn of_two_files_with_one_name_the_last_one_stands() -> Tested {
    let folder = tempfile::tempdir()?;
    let sink = FolderSink::new(folder.path()).aside_if_new(["a"].into_iter());
    put_all(&sink, &["a"])?;
    sink.put("a", b"last")?;
    sink.publish()?;
    assert_eq!(files(folder.path()), owned(&[("a", "last")]));
    Ok(())
}

#[test]
fn a_file_that_cannot_be_filled_is_not_there() -> Tested {
    for is_aside in [false, true] {
        let folder = tempfile::tempdir()?;
        let mut sink = FolderSink::new(folder.path());
        if is_aside {
            sink = sink.aside_if_new(["a"].into_iter());
        }
        sink.prepare(&BTreeSet::new())?;
        let target = sink.place().join("a");
        let full = |file: &mut File| {
            file.write_all(b"half")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        };
        let failed = sink.write(&target, full).map_err(|error| error.kind());
        assert_eq!(failed, Err(io::ErrorKind::StorageFull));
        assert_eq!(files(folder.path()), []);
    }
    Ok(())
}

#[test]
fn a_folder_that_is_not_there_yet_is_made_by_whoever_writes_into_it() -> Tested {
    let folder = tempfile::tempdir()?;
    let sink = FolderSink::new(folder.path()).aside_if_new(["a"].into_iter());
    sink.prepare(&BTreeSet::new())?;
    sink.put("a/b/c", b"new")?;
    sink.put("a/d/e", b"new")?;
    sink.publish()?;
    assert_eq!(
        files(folder.path()),
        owned(&[("a/b/c", "new"), ("a/d/e", "new")])
    );
    Ok(())
}

#[test]
fn what_a_killed_build_left_is_swept_away_and_nothing_else() -> Tested {
    let folder = tempfile::tempdir()?;
    let old = FolderSink::new(folder.path()).aside_if_new(["a"].into_iter());
    put_all(&old, &["a/b", "c"])?;
    drop(old);
    let others = ["mine/.~newsprint-1-2", "mine/a", ".~mine/a"];
    for file in others {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap_or(folder.path()))?;
        fs::write(file, "")?;
    }
    FolderSink::new(folder.path()).sweep();
    assert_eq!(
        files(folder.path()),
        owned(&[(".~mine/a", ""), ("mine/a", "")])
    );
    assert_eq!(fs::read_dir(folder.path())?.count(), 2);
    Ok(())
}
