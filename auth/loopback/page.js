history.replaceState(null, "", location.pathname); // the code leaves the address bar
